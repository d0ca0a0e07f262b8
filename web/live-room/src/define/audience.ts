import { define } from '../base/live-element.js'
import { LiveAudience } from '../audience/live-audience.js'

define('live-audience', LiveAudience)

declare global {
  interface HTMLElementTagNameMap {
    'live-audience': LiveAudience
  }
}
