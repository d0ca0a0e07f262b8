import { define } from '../base/live-element.js'
import { LiveLikes } from '../likes/live-likes.js'

define('live-likes', LiveLikes)

declare global {
  interface HTMLElementTagNameMap {
    'live-likes': LiveLikes
  }
}
