// Loaded when somebody opens the panel, or when a message has a code of an older page in it.
import { html, type TemplateResult } from 'lit'
import { ownImage } from '../../base/people.js'
import type { Sticker } from './runs.js'
import type { LaterWords } from './words.js'

/** Names that older pages send in brackets, `[微笑]`, each with the emoji that it is now. */
const NAMED =
  '微笑🙂 龇牙😁 憨笑😄 可爱😊 色😍 得意😏 酷😎 调皮😜 偷笑🤭 坏笑😼 害羞☺️ 飞吻😘 么么哒😚 亲亲💋 抱抱🤗 流汗😅 擦汗😓 冷汗😰 惊讶😮 惊恐😱 疑问❓ 发呆😳 尴尬😬 白眼🙄 撇嘴😒 鄙视😤 傲慢😑 闭嘴🤐 嘘🤫 困😴 晕😵 吐🤮 难过😞 流泪😢 大哭😭 委屈🥺 可怜🥹 快哭了😿 抓狂😫 怒😡 骂人🤬 阴险😈 奋斗💪 再见👋 鼓掌👏 强👍 弱👎 握手🤝 胜利✌️ OK👌 抱拳🙏 拳头✊ 勾引🫵 爱你🤟 爱心❤️ 心碎💔 玫瑰🌹 凋谢🥀 礼物🎁 蛋糕🎂 庆祝🎉 烟花🎆 太阳☀️ 月亮🌙 闪电⚡ 火🔥 炸弹💣 咖啡☕ 啤酒🍺 西瓜🍉 米饭🍚 猪头🐷 骷髅💀 便便💩 足球⚽ 篮球🏀 火箭🚀 皇冠👑 星星⭐ 百分💯'

/** `微笑` -> 🙂 */
export const CODES: Readonly<Record<string, string>> = Object.fromEntries(
  NAMED.split(' ').map(pair => {
    const [, name, emoji] = /^([\p{Script=Han}\w]+)(.+)$/u.exec(pair)!
    return [name, emoji]
  }),
)

export function emojiPanel(words: LaterWords, stickers: readonly Sticker[], pick: (text: string) => void): TemplateResult {
  const chosen = (event: Event) => {
    const text = (event.target as Element).closest('button')?.dataset.text
    if (text !== undefined) pick(text)
  }
  const shown = stickers.map(({ code, url, name }) => ({ code, name, address: ownImage(url) })).filter(({ code, address }) => code && address)
  return html`<div class="emoji" @click=${chosen} @keydown=${roam}>
    ${shown.length === 0
      ? ''
      : html`<div class="grid wide" role="group" aria-label=${words.stickers}>
      ${shown.map(({ code, name, address }) => html`<button type="button" tabindex="-1" data-text=${code} aria-label=${name} title=${name}><img alt="" src=${address} /></button>`)}
    </div>`}
    <div class="grid" role="group" aria-label=${words.emoji}>
      ${Object.values(CODES).map((emoji, index) => html`<button type="button" tabindex=${index === 0 ? 0 : -1} data-text=${emoji}>${emoji}</button>`)}
    </div>
  </div>`
}

/** Arrows go from one to the next, up and down by what stands there. One tab stop for all. */
function roam(event: KeyboardEvent): void {
  const panel = event.currentTarget as HTMLElement
  const buttons = [...panel.querySelectorAll('button')]
  const at = event.target as HTMLButtonElement
  const index = buttons.indexOf(at)
  const forward = getComputedStyle(panel).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
  let next: HTMLButtonElement | undefined
  if (event.key === 'Home') next = buttons[0]
  else if (event.key === 'End') next = buttons[buttons.length - 1]
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') next = buttons[index + (event.key === forward ? 1 : -1)]
  else if (event.key === 'ArrowDown') next = buttons.slice(index + 1).find(other => isOver(other, at))
  else if (event.key === 'ArrowUp') next = buttons.slice(0, index).reverse().find(other => isOver(other, at))
  else return
  event.preventDefault()
  if (!next) return
  at.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}

/** In the same column, or over it: rows of stickers are wider. */
function isOver(a: HTMLElement, b: HTMLElement): boolean {
  const middle = b.offsetLeft + b.offsetWidth / 2
  return a.offsetTop !== b.offsetTop && a.offsetLeft <= middle && middle <= a.offsetLeft + a.offsetWidth + 4
}
