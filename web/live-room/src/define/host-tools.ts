import { define } from '../base/live-element.js'
import { LiveHostTools } from '../host/live-host-tools.js'

define('live-host-tools', LiveHostTools)

declare global {
  interface HTMLElementTagNameMap {
    'live-host-tools': LiveHostTools
  }
}
