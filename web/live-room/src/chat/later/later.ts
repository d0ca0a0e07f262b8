import { html, type ReactiveController } from 'lit'
import { DOWN, PIN, VOLUME, icon } from '../../base/icons.js'
import { keep, readKept } from '../../base/kept.js'
import { addStyles } from '../../base/styles.js'
import type { GiftKind, HouseLine, RoomMessage } from '../../model/types.js'
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
import { houseLine, stateOf } from './telling.js'
import { words, type LaterWords } from './words.js'

const KEPT = 'plaudit-live-read-aloud'
const LEVELS: readonly Level[] = ['all', 'some', 'off']

/** What nobody needs to see the first message. */
export class Later implements ReactiveController, LaterDrawing {
  readonly composer: Composer
  readonly keys: Keys
  /** The emoji of older pages' codes, once one was seen. */
  codes: Readonly<Record<string, string>> = {}
  private readonly announcer = new Announcer(keptLevel())
  private status = ''
  private areCodesAsked = false
  /** The notice that the reader has folded. */
  private folded = ''

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
    const times = [this.announcer.dueAt, this.composer.dueAt].filter(time => time > 0)
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
    if (message.mine) this.composer.noted(message)
  }

  /** Messages are about to be shown; answers whether the list is to be read out. */
  flushed(fresh: RoomMessage[], skipped: number, now: number): boolean {
    const { announcer, host } = this
    const foreign = fresh.filter(({ mine }) => !mine)
    announcer.add(foreign.length + skipped, now)
    for (const message of fresh) this.noted(message)
    if (!announcer.live && announcer.level !== 'off') {
      const { said } = host.wordsOf(chatWords)
      const told = foreign.filter(({ mentionsMe, from }) => mentionsMe || from.role === 'owner')
      if (told.length > 0) this.tell(told.map(({ from, text }) => said(from.nick, text)).join('\n'))
    }
    return announcer.live
  }

  /** The same words twice would be read out once. */
  private tell(text: string): void {
    this.status = text === this.status ? `${text}\u00a0` : text
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
    const button = (act: 'retry' | 'delete') => html` <button class="quiet" tabindex="-1" data-act=${act}>${words[act]}</button>`
    return { text, shown: html`<div class="state">${text}${message.delivery === 'failed' ? [button('retry'), button('delete')] : ''}</div>` }
  }

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
    const summary = announcer.summary(Date.now())
    if (summary > 0) this.tell(words.summary(summary))
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
      <div class="unseen" role="status">${this.status}</div>`
  }
}

function keptLevel(): Level {
  const kept = readKept(KEPT) as Level
  return LEVELS.includes(kept) ? kept : 'all'
}
