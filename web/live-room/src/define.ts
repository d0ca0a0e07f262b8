// Registers all elements.
import './define/audience.js'
import './define/chat.js'
import './define/danmaku.js'
import './define/gifts.js'
import './define/host-tools.js'
import './define/likes.js'
import './define/player.js'
import './define/room.js'

export * from './index.js'
