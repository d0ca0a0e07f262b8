import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { addStyles } from '../base/styles.js'
import { localeOf, type Language } from '../base/words.js'
import type { GiftKind } from '../model/types.js'
import { giftName } from './catalogue.js'
import { renderIcon } from './look.js'
import { panelStyles } from './panel-styles.js'
import type { giftWords } from './words.js'

/** What a reader wants to give. */
export interface GiftToSend {
  /** The gift's id. */
  gift: string
  count: number
  kind: GiftKind
  /** Price times count. */
  total: number
}

/** What the panel needs of its element. */
export interface PanelHost {
  readonly catalogue: readonly GiftKind[]
  readonly balance?: number | undefined
  effects: boolean
  readonly renderRoot: HTMLElement | DocumentFragment
  requestUpdate(): void
  /** With its unit. */
  amount(value: number): string
  /** Answers whether it was on its way. */
  send(gift: GiftToSend): boolean
}

const COUNTS = [1, 10, 66]
const COUNT_MAX = 9999
/** For so long one press gives the same again. */
const AGAIN_MS = 3000
/** Between the panel, what opened it, and the edge of the window. */
const EDGE = 8

/** Where a gift is chosen: what it shows and what is chosen in it. */
export class GiftPanel {
  isOpen = false
  private opener?: HTMLElement | null
  private chosen = ''
  private count = 1
  /** How often the same was given in a row. */
  private combo = 0
  private comboTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly host: PanelHost) {
    addStyles(host, panelStyles)
  }

  private get kind(): GiftKind | undefined {
    const { catalogue } = this.host
    return catalogue.find(({ id }) => id === this.chosen) ?? catalogue[0]
  }

  open(panel: HTMLElement, anchor?: Element): void {
    if (panel.matches(':popover-open')) return
    this.opener = focused()
    panel.showPopover()
    panel.toggleAttribute('data-beside', anchor !== undefined)
    if (anchor) this.place(panel, anchor.getBoundingClientRect())
    const first = panel.querySelector<HTMLElement>('[aria-checked=true]') ?? panel
    first.focus()
  }

  /** It was opened or closed: the focus goes back unless it is elsewhere by now. */
  toggled(panel: HTMLElement, isOpen: boolean): void {
    this.isOpen = isOpen
    if (isOpen) return
    this.endCombo()
    const at = focused()
    if (!at || at === document.body || panel.contains(at) || at.contains(panel)) this.opener?.focus()
  }

  /** Above what opened it, else below, at its end, within the window. */
  private place(panel: HTMLElement, anchor: DOMRect): void {
    const { width, height } = panel.getBoundingClientRect()
    const within = (at: number, most: number) => `${Math.max(EDGE, Math.min(at, most - EDGE))}px`
    const above = anchor.top - height - EDGE
    panel.style.setProperty('--_left', within(anchor.right - width, innerWidth - width))
    panel.style.setProperty('--_top', within(above >= EDGE ? above : anchor.bottom + EDGE, innerHeight - height))
  }

  private endCombo(): void {
    clearTimeout(this.comboTimer)
    this.combo = 0
  }

  private choose(change: { chosen?: string; count?: number }): void {
    Object.assign(this, change)
    this.endCombo()
    this.host.requestUpdate()
  }

  private readonly send = (event: Event): void => {
    event.preventDefault()
    const { kind, count } = this
    if (!kind || !this.host.send({ gift: kind.id, count, kind, total: kind.price * count })) return
    clearTimeout(this.comboTimer)
    this.combo += 1
    this.comboTimer = setTimeout(() => {
      this.combo = 0
      this.host.requestUpdate()
    }, AGAIN_MS)
    this.host.requestUpdate()
  }

  /** A key that is held down would give a fortune. */
  private readonly once = (event: KeyboardEvent): void => {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault()
  }

  private readonly arrows = (event: KeyboardEvent): void => {
    const cells = [...(event.currentTarget as Element).children] as HTMLElement[]
    const at = cells.findIndex(cell => cell.ariaChecked === 'true')
    const top = cells[0]?.offsetTop
    const columns = cells.filter(cell => cell.offsetTop === top).length
    const forward = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -1 : 1
    const step = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: cells.length - 1 - at }[event.key]
    const next = cells[at + (step ?? 0)]
    if (step === undefined) return
    event.preventDefault()
    next?.click()
    next?.focus()
  }

  private readonly typed = ({ target }: Event): void => {
    const { valueAsNumber } = target as HTMLInputElement
    if (valueAsNumber >= 1) this.choose({ count: Math.min(COUNT_MAX, Math.floor(valueAsNumber)) })
  }

  private renderSend(words: (typeof giftWords)['en'], number: (value: number) => string): TemplateResult {
    const { balance } = this.host
    const total = (this.kind?.price ?? 0) * this.count
    const short = balance !== undefined && balance < total
    return html`<button class="main send ${this.combo > 0 ? 'combo' : ''}" ?disabled=${!this.kind} @keydown=${this.once}>
      ${short ? words.short : this.combo > 0 ? `${words.combo} ${words.times(number(this.combo))}` : words.send}
      <small>${this.host.amount(total)}</small>
      ${this.combo > 0 ? keyed(this.combo, html`<i></i>`) : nothing}
    </button>`
  }

  render(words: (typeof giftWords)['en'], language: Language): TemplateResult {
    const { balance, catalogue, effects } = this.host
    const { format } = new Intl.NumberFormat(localeOf(language))
    const setEffects = ({ target }: Event) => (this.host.effects = (target as HTMLInputElement).checked)
    return html`<form @submit=${this.send}>
      <header>
        <b>${words.title}</b>
        ${balance === undefined ? nothing : html`<span class="balance">${words.balance(this.host.amount(balance))}</span>`}
        <label><input type="checkbox" .checked=${effects} @change=${setEffects} />${words.effects}</label>
      </header>
      <div class="grid" role="radiogroup" aria-label=${words.title} @keydown=${this.arrows}>
        ${catalogue.map(kind => {
          const isChosen = kind === this.kind
          return html`<button type="button" role="radio" aria-checked=${isChosen} tabindex=${isChosen ? 0 : -1} @click=${() => this.choose({ chosen: kind.id })}>
            ${renderIcon(kind)}<bdi>${giftName(kind, kind.id, language)}</bdi><small>${this.host.amount(kind.price)}</small>
          </button>`
        })}
      </div>
      <footer>
        <div class="counts" role="group" aria-label=${words.quantity}>
          ${COUNTS.map(
            count => html`<button type="button" aria-pressed=${count === this.count} @click=${() => this.choose({ count })}>${count}</button>`,
          )}
          <input type="number" inputmode="numeric" min="1" max=${COUNT_MAX} aria-label=${words.quantity} .value=${`${this.count}`} @change=${this.typed} @keydown=${this.once} />
        </div>
        ${this.renderSend(words, format)}
      </footer>
    </form>`
  }
}

/** What has the focus, also inside of elements. */
function focused(): HTMLElement | null {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at as HTMLElement | null
}
