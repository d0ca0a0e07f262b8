import { define } from '../base/live-element.js'
import { LiveRoom } from '../room/live-room.js'
import './audience.js'
import './chat.js'
import './danmaku.js'
import './gifts.js'
import './host-tools.js'
import './likes.js'
import './player.js'

define('live-room', LiveRoom)

declare global {
  interface HTMLElementTagNameMap {
    'live-room': LiveRoom
  }
}
