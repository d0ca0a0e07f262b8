import { define } from '../base/live-element.js'
import { LivePlayer } from '../player/live-player.js'

define('live-player', LivePlayer)

declare global {
  interface HTMLElementTagNameMap {
    'live-player': LivePlayer
  }
}
