import { define } from '../base/live-element.js'
import { LiveDanmakuSettings } from '../danmaku/live-danmaku-settings.js'
import { LiveDanmaku } from '../danmaku/live-danmaku.js'

define('live-danmaku', LiveDanmaku)
define('live-danmaku-settings', LiveDanmakuSettings)

declare global {
  interface HTMLElementTagNameMap {
    'live-danmaku': LiveDanmaku
    'live-danmaku-settings': LiveDanmakuSettings
  }
}
