import { html, nothing, type TemplateResult } from 'lit'
import { SEND, SMILE, icon } from '../../base/icons.js'
import { span } from '../../base/words.js'
import type { Person, RoomMessage } from '../../model/types.js'
import { fullBucket, take, waitMs } from './bucket.js'
import { cut, lettersLeft } from './limits.js'
import type { LiveChat } from '../live-chat.js'
import type { EmojiPanel } from './emoji.js'
import { candidates, queryAt, recentOf, withMention, type Query } from './mention.js'
import { slowUntil, standingOf, type Standing } from './standing.js'
import { closedOf } from './telling.js'
import { words as laterWords, type LaterWords } from './words.js'

/** The counter is shown when so few letters are left. */
const COUNTER_FROM = 50
const NOTICE_MS = 6000

/** The box to say something with. */
export class Composer {
  private text = ''
  private bucket = fullBucket(0)
  private slowUntil = 0
  private trimmedAt = 0
  private panel?: EmojiPanel
  private isPanelOpen = false
  private query: Query | undefined
  /** Where the reader has sent the list of names away. */
  private shut = -1
  private chosen = 0
  private isInBox = false
  /** When something here changes by itself; 0: never. */
  dueAt = 0

  constructor(private readonly host: LiveChat) {}

  private get max(): number {
    return this.host.maxLength || 300
  }

  private get input(): HTMLTextAreaElement | null {
    return this.host.renderRoot.querySelector('textarea')
  }

  private get people(): Person[] {
    const { room, list } = this.host
    return this.query ? candidates(recentOf(list.lines.rows), this.query.text, room?.view.me.userId ?? '') : []
  }

  /** News about a message of mine: slow mode counts from it. */
  noted(message: RoomMessage): void {
    if (this.host.room) this.slowUntil = slowUntil(this.slowUntil, message, this.host.room.view, Date.now())
  }

  focus(): void {
    ;(this.input ?? this.host.renderRoot.querySelector<HTMLElement>('.login'))?.focus()
  }

  mention(person: Person): void {
    const { input } = this
    const to = input?.selectionEnd ?? this.text.length
    this.put(withMention(this.text, input?.selectionStart ?? to, to, person))
  }

  private put({ text, caret }: { text: string; caret: number }): void {
    this.text = text
    this.query = undefined
    const { input } = this
    if (input) {
      input.value = text
      input.setSelectionRange(caret, caret)
    }
    this.focus()
    this.host.requestUpdate()
  }

  private insert(piece: string): void {
    const { input } = this
    if (!input) return
    input.setRangeText(piece, input.selectionStart, input.selectionEnd, 'end')
    this.typed()
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  private waitMs(now: number): number {
    const { rules, me } = this.host.room?.view ?? {}
    const slow = rules?.slowMode && !me?.mayModerate ? this.slowUntil - now : 0
    return Math.max(0, slow, waitMs(this.bucket, now))
  }

  private get maySend(): boolean {
    const now = Date.now()
    const { kind } = standingOf(this.host.room?.view, now)
    return (kind === 'open' || kind === 'away') && this.text.trim() !== '' && lettersLeft(this.text.trim(), this.max) >= 0 && this.waitMs(now) === 0
  }

  private readonly send = (): void => {
    const { room } = this.host
    if (!room || !this.maySend) return
    const text = this.text.trim()
    const now = Date.now()
    this.bucket = take(this.bucket, now)
    this.put({ text: '', caret: 0 })
    this.isPanelOpen = false
    const message = room.say(text)
    this.host.list.toEnd()
    this.host.emit('message-sent', message)
  }

  // --- typing --------------------------------------------------------------------------------------------------------

  private readonly typed = (): void => {
    const { input } = this
    if (!input) return
    this.text = input.value
    this.look()
  }

  private readonly look = (event?: Event): void => {
    const { input } = this
    if (!input || (event as KeyboardEvent | undefined)?.isComposing) return
    this.query = queryAt(input.value, input.selectionStart)
    if (this.query?.from === this.shut) this.query = undefined
    else this.shut = -1
    this.chosen = Math.min(this.chosen, Math.max(0, this.people.length - 1))
    this.host.requestUpdate()
  }

  private readonly key = (event: KeyboardEvent): void => {
    // The letter is not chosen yet: every key belongs to the input method. Some browsers tell the last one only by its code.
    if (event.isComposing || event.keyCode === 229) return
    const { people } = this
    if (people.length > 0 && this.keyOfList(event.key, people)) event.preventDefault()
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (event.ctrlKey || event.metaKey || event.altKey) this.insert('\n')
      else this.send()
    }
  }

  private keyOfList(key: string, people: Person[]): boolean {
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
    if (step !== 0) this.chosen = (this.chosen + step + people.length) % people.length
    else if (key === 'Enter' || key === 'Tab') this.choose(people[this.chosen]!)
    else return false
    this.host.requestUpdate()
    return true
  }

  private choose(person: Person): void {
    if (this.query) this.put(withMention(this.text, this.query.from, this.query.from + 1 + this.query.text.length, person))
  }

  private readonly pasted = (event: ClipboardEvent): void => {
    const { input } = this
    const text = event.clipboardData?.getData('text/plain').replace(/\r\n?/g, '\n') ?? ''
    if (!input || text === '') return
    const { value, selectionStart, selectionEnd } = input
    const fits = cut(text, this.max, value.slice(0, selectionStart) + value.slice(selectionEnd))
    if (fits === text) return // the browser does it, and can undo it
    event.preventDefault()
    this.trimmedAt = Date.now()
    this.insert(fits)
  }

  // --- pickers -------------------------------------------------------------------------------------------------------

  private readonly toggle = async (): Promise<void> => {
    this.isPanelOpen = !this.isPanelOpen
    this.host.requestUpdate()
    if (!this.isPanelOpen) return
    this.panel ??= new (await import('./emoji.js')).EmojiPanel(this.host, text => this.insert(text))
    await this.panel.open()
  }

  /** Answers whether something was open. */
  closePickers(): boolean {
    const { isPanelOpen, query } = this
    if (!isPanelOpen && this.people.length === 0) return false
    this.isPanelOpen = false
    if (query) this.shut = query.from
    this.query = undefined
    this.host.requestUpdate()
    return true
  }

  private readonly escaped = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing || !this.closePickers()) return
    event.preventDefault()
    event.stopPropagation()
    this.focus()
  }

  // --- drawing -------------------------------------------------------------------------------------------------------

  /** Before the page is drawn: who stands in the box must not stand nowhere when it goes, nor when it comes back. */
  aboutToDraw(): void {
    this.isInBox = (this.host.renderRoot as ShadowRoot).activeElement?.matches('textarea, .send, .box') ?? false
  }

  /** After the page was drawn: the text is only written where it differs, or an input method would lose its letters. */
  drawn(): void {
    const { input, host } = this
    const root = host.renderRoot as ShadowRoot
    if (this.isInBox && !root.activeElement) (input ?? root.querySelector<HTMLElement>('.box'))?.focus()
    if (!input) return
    if (input.value !== this.text) input.value = this.text
    if (CSS.supports('field-sizing', 'content')) return
    input.style.blockSize = 'auto'
    input.style.blockSize = `${input.scrollHeight}px`
  }

  draw(): TemplateResult {
    const { host } = this
    const words = host.wordsOf(laterWords)
    const now = Date.now()
    const standing = standingOf(host.room?.view, now)
    const isClosed = standing.kind === 'guest' || closedOf(standing, words, host.language, now) !== ''
    const wait = isClosed ? 0 : this.waitMs(now)
    this.dueAt = standing.kind === 'muted' ? standing.until : wait > 0 ? now + (wait % 1000 || 1000) : 0
    return html`<div class="composer" @keydown=${this.escaped}>
      ${isClosed ? nothing : this.drawHints(words, standing, now)}
      ${isClosed ? nothing : this.drawPeople(words)}
      ${this.isPanelOpen && !isClosed ? this.panel?.draw(words) : nothing}
      <div class="box" role=${isClosed ? 'group' : nothing} tabindex=${isClosed ? -1 : nothing} aria-label=${isClosed ? words.placeholder : nothing}>
        ${isClosed ? this.drawClosed(words, standing, now) : this.drawInput(words, wait)}
        <slot name="actions"></slot>
        ${isClosed ? nothing : this.drawSend(words, wait)}
      </div>
    </div>`
  }

  private drawClosed(words: LaterWords, standing: Standing, now: number): TemplateResult {
    const { host } = this
    const text = closedOf(standing, words, host.language, now)
    const mayLogIn = standing.kind === 'guest' || (standing.kind === 'out' && host.room?.view.kicked !== undefined)
    return html`${text && html`<p class="closed" role=${standing.kind === 'out' && !host['around']?.tellsOutcome ? 'status' : nothing}><bdi>${text}</bdi></p>`}${
      mayLogIn ? html`<button class="main login" type="button" @click=${() => host.emit('login-request', undefined)}>${words.logIn}</button>` : nothing
    }`
  }

  private drawInput(words: LaterWords, wait: number): TemplateResult {
    const { host, people } = this
    return html`<div class="field">
      <textarea
        part="input"
        rows="1"
        dir="auto"
        enterkeyhint="send"
        autocomplete="off"
        aria-label=${words.placeholder}
        aria-autocomplete="list"
        aria-controls=${people.length > 0 ? 'people' : nothing}
        aria-activedescendant=${people.length > 0 ? `person-${this.chosen}` : nothing}
        aria-describedby=${wait > 0 ? 'hints' : nothing}
        placeholder=${host.placeholder || words.placeholder}
        @input=${this.typed}
        @compositionend=${this.typed}
        @keydown=${this.key}
        @keyup=${this.look}
        @click=${this.look}
        @paste=${this.pasted}
      ></textarea>
      <button class="icon" type="button" aria-label=${words.emoji} title=${words.emoji} aria-expanded=${this.isPanelOpen} @click=${this.toggle}>${icon(SMILE)}</button>
    </div>`
  }

  private drawSend(words: LaterWords, wait: number): TemplateResult {
    const seconds = Math.ceil(wait / 1000)
    const name = wait > 0 ? words.wait(span(seconds, this.host.language, '')) : words.send
    const whole = Math.max(this.host.room?.view.rules.slowMode ?? 0, 1)
    return html`<button class="icon send" type="button" part="send" aria-label=${name} title=${name} aria-disabled=${!this.maySend} @click=${this.send}>
      ${
        wait > 0
          ? html`<svg class="ring" viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="16" pathLength="100" stroke-dasharray=${`${Math.min(100, (seconds * 100) / whole)} 100`} /></svg><span>${seconds}</span>`
          : icon(SEND)
      }
    </button>`
  }

  private drawHints(words: LaterWords, { kind }: Standing, now: number): TemplateResult {
    const { host } = this
    const { rules, me } = host.room?.view ?? {}
    const left = lettersLeft(this.text.trim(), this.max)
    const slow = rules?.slowMode && !me?.mayModerate ? words.slow(span(rules.slowMode, host.language, '')) : ''
    const isTrimmed = now - this.trimmedAt < NOTICE_MS
    if (isTrimmed && !this.dueAt) this.dueAt = this.trimmedAt + NOTICE_MS
    const hint = isTrimmed ? words.trimmed(this.max) : kind === 'away' ? words.away : kind === 'entering' ? words.entering : slow
    const count = left < 0 ? words.tooLong(-left) : left <= Math.min(COUNTER_FROM, this.max / 5) ? words.left(left) : ''
    return html`<div class="hints" id="hints"><span aria-live="polite" aria-atomic="true">${hint}</span><span class=${left < 0 ? 'count many' : 'count'}>${count}</span></div>`
  }

  private drawPeople(words: LaterWords): TemplateResult | typeof nothing {
    const { people } = this
    if (people.length === 0) return nothing
    return html`<ul class="people" id="people" role="listbox" aria-label=${words.people}>
      ${people.map(
        (person, index) =>
          html`<li id="person-${index}" role="option" aria-selected=${index === this.chosen} @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => this.choose(person)}>
            <bdi>${person.nick}</bdi>
          </li>`,
      )}
    </ul>`
  }
}
