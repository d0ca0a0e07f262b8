// What both pages of the room share: they follow the language of the demo.

import { onSettings, tagOf } from './settings.js'

export const room = document.querySelector('live-room')

onSettings(({ language }) => (room.lang = tagOf(language)))
