import { html, nothing } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { property, query, state } from 'lit/decorators.js'
import { face, faceStyles } from '../base/face.js'
import { GIFT, icon } from '../base/icons.js'
import { keep, readKept } from '../base/kept.js'
import { LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import { toast } from '../base/toast.js'
import { localeOf } from '../base/words.js'
import type { RoomModel } from '../model/room-model.js'
import type { Gift, GiftKind, Person, RoomMessage } from '../model/types.js'
import { Banners, valueOf, type Banner } from './banners.js'
import { catalogueOf, giftIcon, giftName } from './catalogue.js'
import { News } from './news.js'
import { renderIcon } from './look.js'
import type { GiftPanel, GiftToSend } from './panel.js'
import { giftStyles } from './styles.js'
import { giftWords } from './words.js'

const KEY = 'plaudit-gift-effects'
const SLOTS = 3
/** A picture that is lower (px) has room for one banner less. */
const LOW = 280
/** A banner fades before it goes (styles.ts). */
const FADE_MS = 300

/** Shows an expensive gift in a way of the page's own: SVGA, Lottie, a film. */
export type GiftEffect = (gift: Gift, kind: GiftKind, sender: Person) => void

/**
 * Gifts: banners of those that are given, on a layer that fills the element around it and lets clicks through, and a
 * panel to give one. The page sets prices and charges; the room only hears which gift and how many.
 *
 * @tagname live-gifts
 * @fires gift-send - Somebody wants to give: `{ gift, count, kind, total }`. Prevented, nothing is sent until `confirmGift(detail)`.
 * @fires gift-failed - The room did not take a gift: the same with `failure`. Give the money back.
 * @fires gift-effect - An expensive gift came: `{ gift, kind, sender }`. Prevented, there is no effect.
 * @fires gift-panel - The panel was opened or closed: `{ open }`.
 * @fires balance-short - He wants to give more than he has: as `gift-send`.
 * @fires login-request - A guest wants to give: `{ reason: 'gift' }`.
 * @slot gift-panel - Replaces what is in the panel.
 * @csspart banner - Who gave what, how often.
 * @csspart panel - Where a gift is chosen.
 * @csspart button - The button of the attribute `button`.
 * @cssprop --lr-color-gift - Prices in the panel.
 * @cssprop --lr-gift-offset - From the lower edge to the banners.
 */
export class LiveGifts extends LiveElement {
  static override styles = [tokens, buttons, faceStyles, giftStyles]

  /** The catalogue; by default that of the room around it, or six of ours. */
  @property({ attribute: false }) gifts: readonly GiftKind[] = []

  /** What the reader has, shown in the panel; he cannot give more. */
  @property({ type: Number }) balance?: number

  /** The word for the unit of prices. */
  @property() currency = ''

  /** A gift of this price or more has an effect. */
  @property({ type: Number, attribute: 'effect-from' }) effectFrom = 66

  /** Shows the effects of gifts instead of the one that is built in. */
  @property({ attribute: false }) effect?: GiftEffect

  /** Shows a button that opens the panel, for pages that have none of their own. */
  @property({ type: Boolean, reflect: true }) button = false

  @state() private told = ''

  @query('.panel') private box!: HTMLElement
  @query('.effects') private stage!: HTMLElement

  /** Loaded when it is first opened. */
  private panel?: GiftPanel
  private readonly banners = new Banners<Person>(SLOTS)
  private readonly news = new News<{ key: string; count: number; value: number; person: Person; gift: string }>()
  private readonly sent = new Map<string, GiftToSend>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private kept = readKept(KEY) !== false
  private playing = false
  private next?: { message: RoomMessage; kind: GiftKind; worth: number } | undefined
  private readonly watch = globalThis.ResizeObserver && new ResizeObserver(() => this.fit())

  /** Are effects shown? Kept in the reader's browser (`plaudit-gift-effects`). */
  @property({ attribute: false })
  get effects(): boolean {
    return this.kept
  }
  set effects(on: boolean) {
    this.kept = on
    keep(KEY, on)
  }

  /** The gifts that can be given here. */
  get catalogue(): readonly GiftKind[] {
    return catalogueOf(this.gifts, this.around?.gifts)
  }

  /** @internal */
  amount(value: number): string {
    return `${this.number(value)} ${this.currency || this.say(giftWords).currency(value)}`
  }

  /** Is the panel open? */
  get isOpen(): boolean {
    return this.panel?.isOpen ?? false
  }

  /** Opens the panel, beside an element if one is given. */
  async open(anchor?: Element): Promise<void> {
    const { GiftPanel } = await import('./panel.js')
    await this.updateComplete
    this.panel ??= new GiftPanel(this)
    this.requestUpdate()
    await this.updateComplete
    if (this.isConnected) this.panel.open(this.box, anchor)
  }

  close(): void {
    this.box.hidePopover()
  }

  /** For pages that have prevented `gift-send`: it is paid, give it. */
  confirmGift(detail: GiftToSend): void {
    const { room } = this
    if (!room) return
    const { key } = room.give({ id: detail.gift, count: detail.count })
    this.sent.set(key, detail)
  }

  /** @internal */
  send(detail: GiftToSend): boolean {
    const { room, balance } = this
    if (!room || room.view.phase !== 'in') return false
    if (!room.view.me.loggedIn) this.emit('login-request', { reason: 'gift' })
    else if (balance !== undefined && balance < detail.total) this.emit('balance-short', detail)
    else {
      if (this.emit('gift-send', detail, true)) this.confirmGift(detail)
      return true
    }
    return false
  }

  // --- gifts that come -----------------------------------------------------------------------------------------------

  protected override roomChanged(room: RoomModel): (() => void)[] {
    room.giftTellers += 1
    return [
      () => (room.giftTellers -= 1),
      room.on('messages', messages => messages.forEach(message => this.came(message))),
      room.on('changed', messages => messages.forEach(message => this.fateOf(message))),
      room.on('line', line => {
        if (line.kind === 'put-out') this.drop(({ userId }) => line.people.some(person => person.userId === userId))
      }),
      () => this.drop(() => true),
    ]
  }

  private kindOf(gift: string): GiftKind | undefined {
    return this.catalogue.find(({ id }) => id === gift)
  }

  private came(message: RoomMessage): void {
    const { gift, from, earlier, stale, removed } = message
    if (!gift || earlier || stale || removed) return
    const kind = this.kindOf(gift.id)
    const price = kind?.price ?? 0
    const { userId } = from
    this.banners.add({ userId, person: from, gift: gift.id, count: gift.count, price }, performance.now())
    this.news.add({ key: JSON.stringify([userId, gift.id]), person: from, gift: gift.id, count: gift.count, value: price * gift.count })
    if (kind && price >= this.effectFrom) this.play(message, kind)
    this.wake()
  }

  private fateOf(message: RoomMessage): void {
    const { gift, key, delivery, removed, failure, from } = message
    if (!gift) return
    const isLost = delivery === 'failed'
    if (isLost || removed) this.drop(banner => banner.userId === from.userId && banner.gift === gift.id)
    const detail = this.sent.get(key)
    if (delivery === 'pending' || delivery === 'held' || !detail) return
    this.sent.delete(key)
    if (!isLost) return
    this.emit('gift-failed', { ...detail, failure })
    toast(this, { text: this.say(giftWords).failed(giftName(detail.kind, detail.gift, this.language)), isError: true })
  }

  private drop(which: (banner: Banner<Person>) => boolean): void {
    this.banners.remove(which)
    this.wake()
  }

  /** Brings what is shown up to date, and comes again when something ends. */
  private readonly wake = (): void => {
    clearTimeout(this.timer)
    const now = performance.now()
    this.banners.advance(now)
    const news = this.news.tell(now)
    if (news) this.told = this.sentence(news)
    const ends = this.banners.slots.flatMap(banner => (banner ? [banner.until - FADE_MS, banner.until] : []))
    const next = Math.min(...[...ends, this.news.dueAt].filter(at => at > now))
    if (next < Infinity && this.isConnected) this.timer = setTimeout(this.wake, next - now + 1)
    this.requestUpdate()
  }

  private sentence({ gift: { person, gift, count }, others }: NonNullable<ReturnType<typeof this.news.tell>>): string {
    const words = this.say(giftWords)
    const told = words.told(person.nick, giftName(this.kindOf(gift), gift, this.language), this.number(count))
    return others > 0 ? words.toldMore(told, others) : told
  }

  private number(value: number): string {
    return new Intl.NumberFormat(localeOf(this.language)).format(value)
  }

  // --- effects -------------------------------------------------------------------------------------------------------

  private play(message: RoomMessage, kind: GiftKind): void {
    if (!this.kept || this.calm || document.hidden) return
    const { gift, from: sender } = message
    if (!this.emit('gift-effect', { gift, kind, sender }, true)) return
    const { effect } = this
    // in a task of its own: what it throws is not ours
    if (effect) return queueMicrotask(() => effect(gift!, kind, sender))
    const worth = valueOf({ price: kind.price, count: gift!.count })
    if (!this.playing) void this.flourish(kind)
    // one at a time; of those that come meanwhile the most valuable
    else if (worth > (this.next?.worth ?? -1)) this.next = { message, kind, worth }
  }

  private async flourish(kind: GiftKind): Promise<void> {
    this.playing = true
    try {
      const { flourish } = await import('./flourish.js')
      await flourish(this.stage, giftIcon(kind))
    } finally {
      this.playing = false
    }
    const { next } = this
    this.next = undefined
    if (next && !next.message.removed && this.kept && !this.calm) await this.flourish(next.kind)
  }

  // --- life ----------------------------------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback()
    this.watch.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.watch.disconnect()
    clearTimeout(this.timer)
  }

  private fit(): void {
    const { clientHeight } = this
    this.banners.resize(clientHeight > 0 && clientHeight < LOW ? SLOTS - 1 : SLOTS)
    this.requestUpdate()
  }

  private toggled({ newState }: ToggleEvent): void {
    this.panel?.toggled(this.box, newState === 'open')
    this.emit('gift-panel', { open: this.isOpen })
    this.requestUpdate()
  }

  private renderBanner({ key, person, gift, count, price, until }: Banner<Person>) {
    const words = this.say(giftWords)
    const kind = this.kindOf(gift)
    const classes = `banner ${price >= this.effectFrom ? 'rich' : ''} ${this.calm ? '' : 'moving'} ${until - FADE_MS <= performance.now() ? 'leaving' : ''}`
    return keyed(
      key,
      html`<div class=${classes} part="banner">
        ${face(person)}
        <span class="who"
          ><bdi>${person.nick}</bdi> <small>${words.gave} <bdi>${giftName(kind, gift, this.language)}</bdi></small></span
        >
        ${renderIcon(kind)} ${keyed(count, html`<b class="times">${words.times(this.number(count))}</b>`)}
      </div>`,
    )
  }

  protected override render() {
    const words = this.say(giftWords)
    return html`
      <div class="banners">${this.banners.slots.map(banner => html`<div class="slot">${banner ? this.renderBanner(banner) : nothing}</div>`)}</div>
      <div class="effects" aria-hidden="true"></div>
      <div class="unseen" aria-live="polite" aria-atomic="true">${this.told}</div>
      ${this.button
        ? html`<button
            class="icon open"
            part="button"
            aria-label=${words.open}
            title=${words.open}
            aria-haspopup="dialog"
            aria-expanded=${this.isOpen}
            @click=${(event: Event) => this.open(event.currentTarget as Element)}
          >
            ${icon(GIFT)}
          </button>`
        : nothing}
      <div class="panel ${this.calm ? '' : 'moving'}" part="panel" popover="auto" role="dialog" aria-label=${words.title} tabindex="-1" @toggle=${this.toggled}>
        <slot name="gift-panel">${this.panel?.render(words, this.language)}</slot>
      </div>
    `
  }
}
