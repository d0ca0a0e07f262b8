// Loaded when somebody opens the panel, or when a message has a code of an older page in it.
import { html, type TemplateResult } from 'lit'
import { ownImage } from '../../base/people.js'
import { CODES } from '../emoji/codes.js'
import type { Sticker } from './runs.js'
import type { LaterWords } from './words.js'

export { CODES }

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
