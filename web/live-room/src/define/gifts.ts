import { define } from '../base/live-element.js'
import { LiveGifts } from '../gifts/live-gifts.js'

define('live-gifts', LiveGifts)

declare global {
  interface HTMLElementTagNameMap {
    'live-gifts': LiveGifts
  }
}
