import { define } from '../base/live-element.js'
import { LiveDanmakuSettings } from '../danmaku/live-danmaku-settings.js'

define('live-danmaku-settings', LiveDanmakuSettings)

declare global {
  interface HTMLElementTagNameMap {
    'live-danmaku-settings': LiveDanmakuSettings
  }
}
