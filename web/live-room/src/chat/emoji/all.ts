import { html, nothing, render, type TemplateResult } from 'lit'
import { BACK, icon } from '../../base/icons.js'
import { addStyles } from '../../base/styles.js'
import type { Language } from '../../base/words.js'
import type { LiveChat } from '../live-chat.js'
import { canvasProbe, drawnOf, type Drawn } from './drawn.js'
import { emojiOf, find, inTone, type Emoji, type Row, type Words } from './find.js'
import { keepTone, readRecent, readTone, TONES, toned, untoned, type Tone } from './kept.js'
import { fetchNames, fetchSought, languagesOf } from './load.js'
import { roam, stopAt } from './roam.js'
import { styles } from './styles.js'
import { words as allWords, type AllWords } from './words.js'

const RECENT_TAB = '🕒'
const TABS = ['😀', '👋', '🐻', '🍔', '🚗', '⚽', '💡', '❤️', '🏁']
const HAND = '✋'
/** A group begins where its first line is seen. */
const EDGE = 16

/** All emoji: by group and by word, in one skin tone. It draws itself, since the chat around it is drawn with every message. */
export class AllEmoji {
  readonly element = document.createElement('div')
  private readonly drawn: Drawn
  private readonly byText: Map<string, number>
  private recent: readonly string[] = []
  private tone: Tone = 0
  private areTonesOpen = false
  private query = ''
  private found: readonly Emoji[] = []
  private words?: AllWords
  private current = ''

  constructor(
    private readonly host: LiveChat,
    groups: readonly (readonly Row[])[],
    private language: Language,
    private names: Words,
    private readonly pick: (emoji: string) => void,
    private readonly back: () => void,
  ) {
    const emoji = emojiOf(groups)
    this.drawn = drawnOf(emoji, canvasProbe())
    this.byText = new Map(emoji.map(({ text, index }) => [untoned(text), index]))
    this.element.className = 'emoji all'
    this.element.setAttribute('role', 'group')
    this.element.tabIndex = -1
    addStyles(host, styles)
  }

  /** With those used lately as they stand now: they keep their places while the panel is open. */
  open(): void {
    this.recent = readRecent()
    this.tone = readTone()
    this.areTonesOpen = false
    this.query = ''
    this.paint()
    const { input, scroller } = this
    input.value = ''
    scroller.scrollTop = 0
    this.settle()
    // A keyboard that comes up unasked covers what one came for.
    if (matchMedia('(pointer: coarse)').matches) this.element.focus()
    else input.focus()
  }

  /** What the chat puts into its page: always the same element. */
  draw(): HTMLElement {
    const { host, language } = this
    if (host.language !== language) {
      this.language = host.language
      void fetchNames(host.language).then(names => {
        this.names = names
        this.paint()
        void this.search(this.query)
      }, console.warn)
    }
    if (this.words && host.wordsOf(allWords) !== this.words) this.paint()
    return this.element
  }

  private get input(): HTMLInputElement {
    return this.element.querySelector('input')!
  }

  private get scroller(): HTMLElement {
    return this.element.querySelector('.scroll')!
  }

  // --- searching -----------------------------------------------------------------------------------------------------

  /** While an input method composes, the letters are not chosen yet. */
  private readonly typed = (event: Event): void => {
    if (!(event as InputEvent).isComposing) void this.search(this.input.value)
  }

  private async search(query: string): Promise<void> {
    this.query = query.trim()
    if (this.query) {
      const words = await Promise.all(languagesOf(this.query, this.language).map(fetchSought)).catch(() => [this.names])
      if (this.query !== query.trim()) return
      this.found = find(this.query, this.drawn.emoji, words)
    }
    this.paint()
    this.scroller.scrollTop = 0
    this.settle()
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return
    const first = this.shown?.querySelector('button')
    if (event.key === 'ArrowDown') first?.focus()
    else if (event.key !== 'Enter') return
    else if (this.query && first) {
      first.click()
      this.input.select()
    }
    event.preventDefault()
  }

  // --- going about ---------------------------------------------------------------------------------------------------

  private get shown(): Element | null {
    return this.element.querySelector(this.query ? '.found' : '.groups')
  }

  /** One tab stop among what is shown. */
  private settle(): void {
    const { shown } = this
    if (shown) stopAt(shown, shown.querySelector('button'))
    this.current = ''
    this.scrolled()
  }

  private readonly chosen = (event: Event): void => {
    const button = (event.target as Element).closest('button')
    if (!button) return
    stopAt(this.shown!, button)
    this.pick(button.textContent!.trim())
  }

  private readonly go = (event: Event): void => {
    const name = (event.target as Element).closest('button')?.dataset.group
    const section = this.sections.find(({ dataset }) => dataset.group === name)
    if (!section) return
    const { scroller } = this
    scroller.scrollTop += section.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    stopAt(this.shown!, section.querySelector('button'))
    this.mark(name!)
  }

  private get sections(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('section')]
  }

  private readonly scrolled = (): void => {
    if (this.query) return
    const { scroller, sections } = this
    const top = scroller.getBoundingClientRect().top + EDGE
    const isAtEnd = scroller.scrollTop > 0 && scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1
    const at = isAtEnd ? sections[sections.length - 1] : sections.filter(section => section.getBoundingClientRect().top <= top).pop()
    if (at) this.mark(at.dataset.group!)
  }

  private mark(group: string): void {
    if (group === this.current) return
    this.current = group
    for (const tab of this.element.querySelectorAll<HTMLElement>('.tabs button')) {
      if (tab.dataset.group !== group) tab.removeAttribute('aria-current')
      else {
        tab.setAttribute('aria-current', 'true')
        inView(tab)
      }
    }
  }

  // --- the skin tone -------------------------------------------------------------------------------------------------

  private openTones(open: boolean): void {
    this.areTonesOpen = open
    this.paint()
    this.element.querySelector<HTMLElement>(open ? '.tones [aria-checked=true]' : '.tone')?.focus()
  }

  private setTone(tone: Tone): void {
    this.tone = tone
    keepTone(tone)
    this.openTones(false)
  }

  // --- drawing -------------------------------------------------------------------------------------------------------

  private paint(): void {
    const words = (this.words = this.host.wordsOf(allWords))
    this.element.setAttribute('aria-label', words.allEmoji)
    render(this.all(words), this.element)
  }

  private all(words: AllWords): TemplateResult {
    const { query, found } = this
    return html`<div class="top">
        <button class="icon back" type="button" aria-label=${words.fewEmoji} title=${words.fewEmoji} @click=${this.back}>${icon(BACK)}</button>
        <input
          type="search"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          enterkeyhint="done"
          aria-label=${words.searchEmoji}
          placeholder=${words.searchEmoji}
          @input=${this.typed}
          @compositionend=${this.typed}
          @keydown=${this.key}
        />
        ${this.tones(words)}
      </div>
      ${this.areTonesOpen ? this.toneRow(words) : nothing}
      ${query ? nothing : this.tabs(words)}
      <div class="scroll" @scroll=${this.scrolled} @click=${this.chosen}>
        <div class="found" ?hidden=${!query} @keydown=${roam}>
          ${query && found.length === 0 ? html`<p class="none">${words.noEmoji}</p>` : nothing}
          <div class="grid" role="group" aria-label=${words.foundEmoji(found.length)} ?hidden=${found.length === 0}>${query ? found.map(this.button) : nothing}</div>
        </div>
        <div class="groups" ?hidden=${query !== ''} @keydown=${roam}>${this.groups(words)}</div>
      </div>
      <div class="unseen" role="status">${query ? (found.length === 0 ? words.noEmoji : words.foundEmoji(found.length)) : ''}</div>`
  }

  private groups(words: AllWords): unknown {
    const { recent, drawn } = this
    const lately = recent.length > 0 ? section('recent', words.recentEmoji, recent.map(text => button(text, this.nameOf(text))), recent.length) : nothing
    return [
      lately,
      ...words.groupNames.map((name, group) => {
        const emoji = drawn.emoji.filter(each => each.group === group)
        return section(`${group}`, name, emoji.map(this.button), emoji.length)
      }),
    ]
  }

  private readonly button = (emoji: Emoji): TemplateResult => button(inTone(emoji, this.tone, this.drawn.version), this.names[emoji.index]?.[0] ?? emoji.text)

  private nameOf(text: string): string {
    return this.names[this.byText.get(untoned(text)) ?? -1]?.[0] ?? text
  }

  /** They lead to a part of one list, so they are no tabs to a screen reader. */
  private tabs(words: AllWords): TemplateResult {
    const tab = (group: string, name: string, emoji: string, isFirst: boolean) =>
      html`<button type="button" tabindex=${isFirst ? 0 : -1} data-group=${group} aria-label=${name} title=${name}><span aria-hidden="true">${emoji}</span></button>`
    const lately = this.recent.length > 0
    return html`<div class="tabs" role="toolbar" aria-label=${words.emojiGroups} @click=${this.go} @keydown=${roam}>
      ${lately ? tab('recent', words.recentEmoji, RECENT_TAB, true) : nothing}
      ${words.groupNames.map((name, group) => tab(`${group}`, name, TABS[group] ?? '', group === 0 && !lately))}
    </div>`
  }

  private tones(words: AllWords): TemplateResult {
    const name = `${words.skinTone}: ${words.tones[this.tone]}`
    return html`<button class="icon tone" type="button" aria-label=${name} title=${name} aria-expanded=${this.areTonesOpen} @click=${() => this.openTones(!this.areTonesOpen)}>
      ${toned(HAND, this.tone)}
    </button>`
  }

  private toneRow(words: AllWords): TemplateResult {
    return html`<div class="tones" role="radiogroup" aria-label=${words.skinTone} @keydown=${roam}>
      ${TONES.map(
        tone =>
          html`<button type="button" role="radio" tabindex=${tone === this.tone ? 0 : -1} aria-checked=${tone === this.tone} aria-label=${words.tones[tone]!} title=${words.tones[tone]!} @click=${() => this.setTone(tone)}>
            ${toned(HAND, tone)}
          </button>`,
      )}
    </div>`
  }
}

/** Scrolls the strip alone: `scrollIntoView` would move the page too. */
function inView(tab: HTMLElement): void {
  const strip = tab.parentElement!
  const [from, to] = [strip.getBoundingClientRect(), tab.getBoundingClientRect()]
  strip.scrollLeft += Math.min(0, to.left - from.left) + Math.max(0, to.right - from.right)
}

const button = (text: string, name: string): TemplateResult => html`<button type="button" tabindex="-1" aria-label=${name} title=${name}>${text}</button>`

const section = (group: string, name: string, buttons: readonly TemplateResult[], count: number): TemplateResult =>
  html`<section role="group" data-group=${group} aria-label=${name} .style=${`--_count:${count}`}>
    <h3 aria-hidden="true">${name}</h3>
    <div class="grid">${buttons}</div>
  </section>`
