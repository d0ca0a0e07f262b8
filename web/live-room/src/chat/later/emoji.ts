// Loaded when somebody opens the panel, or when a message has a code of an older page in it (codes.ts).
import { html, nothing, type TemplateResult } from 'lit'
import { ownImage } from '../../base/people.js'
import type { AllEmoji } from '../emoji/all.js'
import { CODES } from '../emoji/codes.js'
import { keepRecent, readRecent } from '../emoji/kept.js'
import { fetchList, fetchNames } from '../emoji/load.js'
import { roam } from '../emoji/roam.js'
import type { LiveChat } from '../live-chat.js'
import type { LaterWords } from './words.js'

export { CODES }

/** One row of the panel; fingers have fewer columns (styles.ts). */
const recentShown = () => (matchMedia('(pointer: coarse)').matches ? 7 : 8)

/** The small panel: what was used lately, the page's stickers, frequent emoji, and a way to all others. */
export class EmojiPanel {
  private recent: readonly string[] = []
  private all?: AllEmoji
  private isAll = false
  private isFetching = false

  constructor(
    private readonly host: LiveChat,
    private readonly insert: (text: string) => void,
  ) {
    new ResizeObserver(() => this.fit()).observe(host.renderRoot.querySelector('.body')!)
  }

  /** No higher than what the chat has above its box: beyond that it is cut off. */
  private fit(): void {
    const { host } = this
    const box = host.renderRoot.querySelector('.composer')
    if (box) host.style.setProperty('--_above', `${Math.max(0, Math.floor(box.getBoundingClientRect().top - host.getBoundingClientRect().top - 10))}px`)
  }

  /** With those used lately as they stand now: nothing moves under a finger while the panel is open. */
  async open(): Promise<void> {
    this.isAll = false
    this.recent = readRecent().slice(0, recentShown())
    this.fit()
    await this.drawn()
    this.focus('.scroll button[tabindex="0"]')
  }

  private async drawn(): Promise<void> {
    this.host.requestUpdate()
    await this.host.updateComplete
  }

  private focus(selector: string): void {
    this.host.renderRoot.querySelector<HTMLElement>(`.emoji ${selector}`)?.focus()
  }

  private readonly pick = (emoji: string): void => {
    keepRecent(emoji)
    this.insert(emoji)
  }

  private readonly chosen = (event: Event): void => {
    const { emoji, code } = (event.target as Element).closest('button')?.dataset ?? {}
    if (emoji) this.pick(emoji)
    else if (code) this.insert(code)
  }

  private readonly showAll = async (): Promise<void> => {
    if (this.isFetching) return
    this.isFetching = true
    this.host.requestUpdate()
    try {
      this.all ??= await this.fetchAll()
      this.isAll = true
    } catch (error) {
      console.warn(error)
    }
    this.isFetching = false
    await this.drawn()
    if (this.isAll && this.all?.element.isConnected) this.all.open()
  }

  private async fetchAll(): Promise<AllEmoji> {
    const { language } = this.host
    const [{ AllEmoji }, groups, names] = await Promise.all([import('../emoji/all.js'), fetchList(), fetchNames(language)])
    return new AllEmoji(this.host, groups, language, names, this.pick, this.back)
  }

  private readonly back = async (): Promise<void> => {
    await this.open()
    this.focus('.more')
  }

  draw(words: LaterWords): TemplateResult {
    if (this.isAll && this.all) return html`${this.all.draw()}`
    const { recent, host } = this
    const stickers = (host.stickers ?? []).map(({ code, url, name }) => ({ code, name, address: ownImage(url) })).filter(({ code, address }) => code && address)
    const first = recent.length > 0 ? 'recent' : 'frequent'
    const grid = (name: string, label: string, emoji: readonly string[]) => html`<div class="grid ${name}" role="group" aria-label=${label}>
      ${emoji.map((each, index) => html`<button type="button" tabindex=${name === first && index === 0 ? 0 : -1} data-emoji=${each}>${each}</button>`)}
    </div>`
    return html`<div class="emoji">
      <div class="scroll" @click=${this.chosen} @keydown=${roam}>
        ${recent.length > 0 ? grid('recent', words.recentEmoji, recent) : nothing}
        ${stickers.length > 0
          ? html`<div class="grid wide" role="group" aria-label=${words.stickers}>
              ${stickers.map(({ code, name, address }) => html`<button type="button" tabindex="-1" data-code=${code} aria-label=${name} title=${name}><img alt="" src=${address} /></button>`)}
            </div>`
          : nothing}
        ${grid('frequent', words.emoji, Object.values(CODES))}
      </div>
      <button class="quiet more" type="button" aria-busy=${this.isFetching} @click=${this.showAll}>${words.allEmoji}</button>
    </div>`
  }
}
