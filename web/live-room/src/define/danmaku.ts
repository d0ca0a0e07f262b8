import { define } from '../base/live-element.js'
import { LiveDanmaku } from '../danmaku/live-danmaku.js'

define('live-danmaku', LiveDanmaku)

declare global {
  interface HTMLElementTagNameMap {
    'live-danmaku': LiveDanmaku
  }
}
