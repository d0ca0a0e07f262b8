import { html, type ReactiveController } from 'lit'
import { DOWN, PIN, VOLUME, icon } from '../../base/icons.js'
import { keep, readKept } from '../../base/kept.js'
import { addStyles } from '../../base/styles.js'
import type { Delivery, GiftKind, HouseLine, Person, RoomMessage } from '../../model/types.js'
import type { Item } from '../flow.js'
import type { LiveChat } from '../live-chat.js'
import type { LaterDrawing } from '../row.js'
import { words as chatWords } from '../words.js'
import { Announcer, type Level } from './announce.js'
import { Composer } from './composer.js'
import { Keys } from './keys.js'
import { drawGift, drawText } from './pictures.js'
import { pill } from './pill.js'
import { hasCode } from './runs.js'
import { styles } from './styles.js'
import { houseLine, spokenOf, stateOf } from './telling.js'
import { Voice } from './voice.js'
import { words, type LaterWords } from './words.js'

const KEPT = 'plaudit-live-read-aloud'
/** With these the box goes or comes, and the keyboard with it; screen readers drop what they were about to say when the keyboard moves. */
const MOVE_THE_BOX: readonly HouseLine['kind'][] = ['you-muted', 'you-unmuted', 'mute-all']
const AFTER_FOCUS_MS = 400
/** Of those who come, one is told in so long. */
const CAME_EVERY_MS = 10_000
const LEVELS: readonly Level[] = ['all', 'some', 'off']

/** What nobody needs to see the first message. */
export class Later implements ReactiveController, LaterDrawing {
  readonly composer: Composer
  readonly keys: Keys
  /** The emoji of older pages' codes, once one was seen. */
  codes: Readonly<Record<string, string>> = {}
  private readonly announcer = new Announcer(keptLevel())
  private readonly voice = new Voice()
  private readonly fates = new WeakMap<RoomMessage, Delivery>()
  private cameAt = -Infinity
  private areCodesAsked = false
  /** The notice that the reader has folded. */
  private folded = ''
  /** The notice that stood before. */
  private notice?: string

  constructor(private readonly host: LiveChat) {
    this.composer = new Composer(host)
    this.keys = new Keys(host)
    addStyles(host, styles)
    host.addController(this)
  }

  get words(): LaterWords {
    return this.host.wordsOf(words)
  }

  get dueAt(): number {
    const times = [this.announcer.dueAt, this.composer.dueAt, this.voice.dueAt].filter(time => time > 0)
    return times.length > 0 ? Math.min(...times) : 0
  }

  // --- the page around -----------------------------------------------------------------------------------------------

  hostConnected(): void {
    globalThis.visualViewport?.addEventListener('resize', this.keyboard)
    globalThis.visualViewport?.addEventListener('scroll', this.keyboard)
    document.addEventListener('pointerdown', this.elsewhere)
  }

  hostDisconnected(): void {
    globalThis.visualViewport?.removeEventListener('resize', this.keyboard)
    globalThis.visualViewport?.removeEventListener('scroll', this.keyboard)
    document.removeEventListener('pointerdown', this.elsewhere)
  }

  hostUpdate(): void {
    this.composer.aboutToDraw()
    this.lookAtNotice()
  }

  hostUpdated(): void {
    this.composer.drawn()
  }

  /** Keyboards of phones lie over the page: what they cover is left free, while somebody types. */
  private readonly keyboard = (): void => {
    const seen = globalThis.visualViewport
    const { host } = this
    if (!seen || Math.abs(seen.scale - 1) > 0.01) return
    const isTyping = (host.renderRoot as ShadowRoot).activeElement?.matches('textarea, [type=search]')
    const covered = isTyping ? host.getBoundingClientRect().bottom - seen.offsetTop - seen.height : 0
    host.style.setProperty('--_keyboard', `${Math.max(0, Math.round(covered))}px`)
  }

  private readonly elsewhere = (event: Event): void => {
    const path = event.composedPath()
    const { renderRoot } = this.host
    if (!path.includes(renderRoot.querySelector('.composer')!)) this.composer.closePickers()
    const settings = renderRoot.querySelector('details')
    if (settings && !path.includes(settings)) settings.open = false
  }

  // --- messages ------------------------------------------------------------------------------------------------------

  noted(message: RoomMessage): void {
    if (!message.mine) return
    this.composer.noted(message)
    this.tellFate(message)
  }

  /** One that stands when we come is found where it stands; a new one is told. */
  private lookAtNotice(): void {
    const { view } = this.host.room ?? {}
    if (view?.phase !== 'in' || view.notice === this.notice) return
    if (this.notice !== undefined && view.notice && this.announcer.level !== 'off') this.voice.tell(`${this.words.notice}: ${view.notice}`, Date.now())
    this.notice = view.notice
  }

  /** What became of what the reader said: he may be too far from the row to see it. A gift's is told by who sells it. */
  private tellFate(message: RoomMessage): void {
    const { delivery, gift, removed } = message
    if (gift || removed || this.fates.get(message) === delivery) return
    const { words, fates } = this
    const wasOurs = fates.has(message)
    fates.set(message, delivery)
    if (delivery === 'failed' || delivery === 'held') this.tell(stateOf(message, words))
    else if (delivery === 'said' && wasOurs) this.tell(words.sent)
  }

  /** These are about to be shown: what of them is read out? Of messages the fresh ones: history is there to be read, not to be read out. */
  flushed(items: readonly Item[], fresh: readonly RoomMessage[], skipped: number, now: number): void {
    const { announcer, host } = this
    fresh.forEach(message => this.noted(message))
    // Gifts have a sentence of their own where there is an element for them.
    const foreign = fresh.filter(({ mine, gift }) => !mine && !(gift && host.room!.giftTellers > 0))
    const isDear = ({ mentionsMe, from }: RoomMessage) => mentionsMe || from.role === 'owner'
    const told = announcer.add(foreign.length + skipped, foreign.filter(isDear).length, now)
    const heard = new Set(told.all ? foreign : foreign.filter(isDear).slice(0, told.dear))
    for (const item of items) {
      if (item.kind === 'message' && heard.has(item.message)) this.tell(spokenOf(item.message, host.wordsOf(chatWords), host['around']?.gifts ?? [], host.language), now)
      else if (item.kind === 'line' && announcer.level !== 'off') this.tellLine(item.line, now)
      else if (item.kind === 'came' && told.all && item.people[0]) this.cameIn(item.people, now)
    }
  }

  private tellLine(line: HouseLine, now: number): void {
    const text = (line.kind === 'notice' ? `${this.words.notice}: ` : '') + this.house(line, now)
    if (MOVE_THE_BOX.includes(line.kind)) setTimeout(() => this.tell(text), AFTER_FOCUS_MS)
    else this.tell(text, now)
  }

  /** Who comes is worth a word where little happens; who goes is not. */
  private cameIn([first, ...others]: Person[], now: number): void {
    if (now - this.cameAt < CAME_EVERY_MS) return
    this.cameAt = now
    this.tell(this.host.wordsOf(chatWords).came(first!.nick, others.length + 1), now)
  }

  private tell(text: string, now = Date.now()): void {
    this.voice.tell(text, now)
    this.host.requestUpdate()
  }

  text(message: RoomMessage): unknown {
    const { stickers, links } = this.host
    if (!this.areCodesAsked && hasCode(message.text)) {
      this.areCodesAsked = true
      void import('./emoji.js').then(({ CODES }) => {
        this.codes = CODES
        this.host.requestUpdate()
      })
    }
    const { role } = message.from
    return drawText(message.text, { stickers: stickers ?? [], codes: this.codes, links: links === 'host' && (role === 'owner' || role === 'admin') })
  }

  gift(kind: GiftKind | undefined): unknown {
    return drawGift(kind)
  }

  state(message: RoomMessage): { text: string; shown: unknown } {
    const { words } = this
    const text = stateOf(message, words)
    const button = (act: 'retry' | 'delete') => html` <button class="quiet" tabindex="-1" data-act=${act} @click=${this.clicked}>${words[act]}</button>`
    return { text, shown: html`<div class="state">${text}${message.delivery === 'failed' ? [button('retry'), button('delete')] : ''}</div>` }
  }

  readonly clicked = (event: Event): void => this.keys.clicked(event)

  house(line: HouseLine, at: number): string {
    return houseLine(line, this.words, this.host.language, at)
  }

  // --- drawing -------------------------------------------------------------------------------------------------------

  drawPill(): unknown {
    const { list } = this.host
    return pill(list.follow, this.words, () => list.toEnd())
  }

  drawNotice(): unknown {
    const notice = this.host.room?.view.notice
    if (!notice) return ''
    const isOpen = this.folded !== notice
    const fold = () => {
      this.folded = isOpen ? notice : ''
      this.host.requestUpdate()
    }
    return html`<button class="notice" part="notice" aria-expanded=${isOpen} @click=${fold}>
      ${icon(PIN)}<span class="unseen">${this.words.notice}</span><bdi class=${isOpen ? '' : 'line'}>${notice}</bdi><span class="fold">${icon(DOWN)}</span>
    </button>`
  }

  /** What is read aloud, and how much of it. */
  drawSettings(): unknown {
    const { announcer, words } = this
    const now = Date.now()
    const summary = announcer.summary(now)
    if (summary > 0) this.voice.tell(words.summary(summary), now)
    const set = (level: Level) => {
      announcer.set(level)
      keep(KEPT, level)
    }
    const close = (event: KeyboardEvent) => {
      const details = event.currentTarget as HTMLDetailsElement
      if (event.key !== 'Escape' || !details.open) return
      event.stopPropagation()
      details.open = false
      details.querySelector('summary')?.focus()
    }
    return html`<details class="settings" @keydown=${close}>
        <summary aria-label=${words.readAloud} title=${words.readAloud}>${icon(VOLUME)}</summary>
        <fieldset>
          <legend>${words.readAloud}</legend>
          ${LEVELS.map(level => html`<label><input type="radio" name="level" .checked=${announcer.level === level} @change=${() => set(level)} />${words[level]}</label>`)}
        </fieldset>
      </details>
      ${this.voice.draw(now)}`
  }
}

function keptLevel(): Level {
  const kept = readKept(KEPT) as Level
  return LEVELS.includes(kept) ? kept : 'all'
}
