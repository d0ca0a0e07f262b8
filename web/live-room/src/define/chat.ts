import { define } from '../base/live-element.js'
import { LiveChat } from '../chat/live-chat.js'

define('live-chat', LiveChat)

declare global {
  interface HTMLElementTagNameMap {
    'live-chat': LiveChat
  }
}
