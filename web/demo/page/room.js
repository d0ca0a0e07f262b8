// What both pages of the room share: its gifts; and they follow the language and the theme of the demo.

import { GIFTS } from './gifts.js'
import { onSettings, tagOf } from './settings.js'

export const room = document.querySelector('live-room')

room.gifts = GIFTS

onSettings(({ language, theme }) => Object.assign(room, { lang: tagOf(language), theme }))
