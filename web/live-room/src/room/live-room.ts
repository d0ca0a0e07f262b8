import { ContextProvider } from '@lit/context'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { property, query, state } from 'lit/decorators.js'
import type { LiveChat } from '../chat/live-chat.js'
import type { LiveDanmaku } from '../danmaku/live-danmaku.js'
import type { LiveGifts } from '../gifts/live-gifts.js'
import type { LiveLikes } from '../likes/live-likes.js'
import { parseLines } from '../player/given.js'
import type { Line } from '../player/lines.js'
import type { LivePlayer } from '../player/live-player.js'
import { liveContext } from '../base/context.js'
import { face, faceStyles } from '../base/face.js'
import { BULLETS, GIFT, MORE, SETTINGS, SHARE, SHIELD, icon } from '../base/icons.js'
import { keep, readKept } from '../base/kept.js'
import { giveFocusBack } from '../base/focus.js'
import { openWhenFetched } from '../base/lazy.js'
import { define, LiveElement } from '../base/live-element.js'
import { DEFAULT_GIFTS } from '../gifts/catalogue.js'
import { place } from '../base/place.js'
import { buttons, tokens } from '../base/styles.js'
import type { Toast } from '../base/toast.js'
import type { GiftKind, Kicked, LiveStatus, RoomView } from '../model/types.js'
import { bannerLine } from './banner-line.js'
import { bannerOf, duration } from './banner.js'
import type { RoomMenu } from './menu.js'
import type { OutcomeCard } from './outcome.js'
import { copyLink, hasSystemShare, systemShare } from './share.js'
import { roomStyles } from './styles.js'
import { LiveToasts } from './toasts.js'
import { words } from './words.js'

define('live-toasts', LiveToasts)

const CALM_KEPT = 'plaudit-calm'

/**
 * A whole live room: picture, chat, bullet comments, hearts, gifts, audience, and tools for its host.
 *
 * Attributes that say which room and who: see `LiveElement`. With `bare`, only the elements inside it are shown, and it
 * gives them the room.
 *
 * @tagname live-room
 *
 * @fires login-request - Somebody wants to talk and is a guest: show your login, then set `user-id` and `user-sig`.
 * @fires token-expired - `{userId}`: the signature is too old; set a new `user-sig`.
 * @fires share - `{url}`, cancelable: prevent it to show a dialog of your own.
 * @fires follow - `{followed}`: the wish; set `followed` to show it.
 * @fires report - `{person?, message?}`: a person, a message, or the room without either.
 * @fires gift-send - `{gift, count, kind, total}`, cancelable: charge for it, or prevent it. See `live-gifts`.
 * @fires moderated - `{action, userId?, detail}`: something that this moderator has done.
 * @fires device-test-done - The host has checked camera and microphone: `{camera, microphone, speaker, browser, connection}`. See `live-device-test`.
 * @slot header - Instead of the room's head.
 * @slot actions - More buttons beside the box to write in.
 * @slot above-input - Above the box to write in.
 * @slot empty - Where nobody has said anything yet.
 * @slot gift-panel - Instead of the gifts to choose from.
 * @slot tools - More tools for the host.
 * @csspart header - The room's head.
 * @csspart stage - The picture with everything above it.
 * @csspart side - Chat, or the host's tools.
 * @csspart banner - What is said of the connection.
 * @cssprop [--lr-color-bg] - The ground. More colours: `--lr-color-surface`, `-raised`, `-line`, `-text`, `-dim`, `-accent`, `-on-accent`, `-like`, `-gift`, `-host`, `-danger`, `-focus`, `-glass`, `-on-glass`.
 * @cssprop [--lr-font-family] - The font.
 * @cssprop [--lr-font-size] - The size of text.
 * @cssprop [--lr-radius] - How round corners are.
 * @cssprop [--lr-gap] - The distance between things.
 */
export class LiveRoom extends LiveElement {
  static override styles = [tokens, buttons, faceStyles, roomStyles]

  /** Only the elements inside it are shown: it gives them the room. */
  @property({ type: Boolean }) bare = false

  /** `auto` (by its width), `side`, `below`, or `overlay`: chat over a standing picture. */
  @property() layout: 'auto' | 'side' | 'below' | 'overlay' = 'auto'

  /** `auto` (as the system has it), `light` or `dark`. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto'

  /** The address of the video; see `live-player`. */
  @property() src = ''

  /** Several addresses, as JSON or as a property; see `live-player`. */
  @property({ converter: parseLines }) lines: readonly Line[] = []

  /** Begins without sound. */
  @property({ type: Boolean }) muted = false

  /** The picture before the video. */
  @property() poster = ''

  /** `unknown`, `waiting`, `live` or `ended`. Without it the room says so itself, by the host's messages. */
  @property() status?: LiveStatus

  /** When the broadcast begins, for the cover: a date as ISO 8601 has it. */
  @property({ attribute: 'starts-at' }) startsAt = ''

  /** Since when it is live, as ISO 8601. */
  @property({ attribute: 'live-since' }) liveSince = ''

  /** What `Share` shares; by default the page's address. */
  @property({ attribute: 'share-url' }) shareUrl = ''

  /** Shows a button to follow the host. */
  @property({ type: Boolean }) followable = false

  /** Whether the reader follows the host. */
  @property({ type: Boolean }) followed = false

  /** Gifts that can be sent, with their prices; by default six of ours. */
  @property({ attribute: false }) gifts: readonly GiftKind[] = []

  /** What the reader has to spend; shown in the gifts' panel. */
  @property({ type: Number }) balance?: number

  /** Stickers for the box to write in: `{code, url, name}`. */
  @property({ attribute: false }) stickers: unknown[] = []

  /** `off`, or `host`: addresses in the host's messages can be clicked. */
  @property() links: 'off' | 'host' = 'off'

  /** Draws a row of the chat in the page's own way; `undefined` leaves it to the element. */
  @property({ attribute: false }) row?: unknown

  /** Nothing to hear, nothing to send, no picture: chat only. */
  @property({ type: Boolean, attribute: 'no-player' }) noPlayer = false

  @state() private tools = false
  @state() private ownCalm = readKept(CALM_KEPT)
  @state() private systemCalm = false
  /** Loaded when it is first opened. */
  @state() private menu?: RoomMenu
  /** Loaded when there is something to tell. */
  @state() private card?: OutcomeCard
  @state() private bulletsOn = false
  private isOut = false
  private isLed = false
  @query('live-player') private readonly player?: LivePlayer
  @query('live-chat') private readonly chat?: LiveChat
  @query('live-danmaku') private readonly danmaku?: LiveDanmaku
  @query('live-likes') private readonly likes?: LiveLikes
  @query('live-gifts') private readonly giftBanners?: LiveGifts
  @query('live-toasts') private readonly toasts?: LiveToasts
  private readonly provider = new ContextProvider(this, { context: liveContext })
  private readonly motion = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)')
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly filled = globalThis.MutationObserver && new MutationObserver(() => this.requestUpdate())

  constructor() {
    super()
    this.addEventListener('live-toast', event => {
      this.toasts?.show((event as CustomEvent<Toast>).detail)
    })
    this.addEventListener('keydown', event => this.toasts?.keyPressed(event))
    this.addEventListener('mention', event => this.chat?.mention((event as CustomEvent).detail.person))
    this.addEventListener('report', () => this.toasts?.show({ text: this.say(words).reported }))
  }

  protected override get calm(): boolean {
    return typeof this.ownCalm === 'boolean' ? this.ownCalm : this.systemCalm
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.motion?.addEventListener('change', this.readMotion)
    this.readMotion()
    this.filled.observe(this, { childList: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.motion?.removeEventListener('change', this.readMotion)
    this.filled.disconnect()
    clearTimeout(this.timer)
  }

  private readonly readMotion = () => (this.systemCalm = this.motion?.matches ?? false)

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    const { room, language, words, calm } = this
    const gifts = this.gifts.length > 0 ? this.gifts : DEFAULT_GIFTS
    const value = this.provider.value
    const tellsOutcome = !this.bare
    const same = value?.room === room && value?.language === language && value?.words === words && value?.calm === calm && value?.gifts === gifts && value?.tellsOutcome === tellsOutcome
    if (!same) this.provider.setValue({ ...(room && { room }), language, words, calm, gifts, tellsOutcome })
    if (room && this.status && (changed.has('status') || room.view.phase === 'idle') && room.view.live !== this.status) {
      const since = this.liveSince ? Date.parse(this.liveSince) : 0
      queueMicrotask(() => room.setLive(this.status!, since))
    }
    if (this.tools && !this.view?.me.mayModerate) this.tools = false
    if (this.view && hasOutcome(this.view) && !this.card) void this.fetchCard().catch(console.warn)
  }

  private async fetchCard(): Promise<void> {
    const { OutcomeCard } = await import('./outcome.js')
    this.card ??= new OutcomeCard(this)
  }

  protected override updated(): void {
    this.leadToOutcome()
    if (this.player) this.player.fullscreenTarget = this
    this.bulletsOn = this.danmaku?.active ?? false
  }

  /** Whoever was in the room is led to what it says when it lets him go; to no button of it, he may be typing. */
  private leadToOutcome(): void {
    const card = this.renderRoot.querySelector<HTMLElement>('.outcome')
    if (card && !this.isOut && this.isLed) card.focus()
    this.isOut = card !== null
  }

  /** Is the reader here, or nowhere on the page? */
  private get isHere(): boolean {
    const at = (this.getRootNode() as Document | ShadowRoot).activeElement
    return !at || at === this || at === document.body
  }

  /** Draws again at the time when what is said by the clock changes. */
  private wake(at: number): void {
    clearTimeout(this.timer)
    if (at > 0) this.timer = setTimeout(() => this.requestUpdate(), Math.max(50, at - Date.now()))
  }

  // --- the picture -----------------------------------------------------------------------------------------------------

  protected override render() {
    if (this.bare) return html`<slot></slot><live-toasts .closeWord=${this.say(words).close}></live-toasts>`
    const layout = { auto: '', side: 'side-by-side', below: 'below', overlay: 'overlay' }[this.layout] ?? ''
    const now = Date.now()
    const { banner, changesAt } = this.view ? bannerOf(this.view, now) : { banner: undefined, changesAt: 0 }
    const ticks = this.view?.live === 'live' && this.view.liveSince > 0
    this.wake(changesAt || (ticks ? now + 1000 - ((now - (this.view?.liveSince ?? 0)) % 1000) : 0))
    return html`<div class="frame ${layout}">
        <slot name="header">${this.renderHeader(now)}</slot>
        ${this.noPlayer ? nothing : this.renderStage()} ${this.renderSide()}
      </div>
      ${bannerLine(banner, this.say(words), () => this.room?.retryNow())} ${this.renderOutcome()}
      <live-toasts .closeWord=${this.say(words).close}></live-toasts>`
  }

  private renderHeader(now: number): TemplateResult {
    const say = this.say(words)
    const { view } = this
    const name = view?.name ?? ''
    const since = view?.live === 'live' ? view.liveSince : 0
    return html`<header part="header">
      ${face({ userId: view?.roomId ?? '', nick: name || '▶', avatar: view?.avatar ?? '' })}
      <div class="title">
        <h2><bdi>${name || say.room}</bdi></h2>
        <p class="facts">
          ${view?.live === 'live' ? html`<span class="badge">${say.live}</span>` : nothing}
          ${since > 0 ? html`<time>${duration(now - since)}</time>` : nothing}
          <live-audience></live-audience>
        </p>
      </div>
      <div class="acts">
        ${this.followable
          ? html`<button class=${this.followed ? 'quiet' : 'main'} aria-pressed=${this.followed} @click=${this.follow}>
              ${this.followed ? say.followed : say.follow}
            </button>`
          : nothing}
        ${view?.me.mayModerate
          ? html`<button class="icon" id="tools" aria-label=${say.hostTools} title=${say.hostTools} aria-pressed=${this.tools} @click=${() => (this.tools = !this.tools)}>
              ${icon(SHIELD)}
            </button>`
          : nothing}
        <button class="icon" aria-label=${say.share} title=${say.share} @click=${this.share}>${icon(SHARE)}</button>
        <button class="icon" id="more" aria-label=${say.more} title=${say.more} popovertarget="menu">${icon(MORE)}</button>
      </div>
      <div class="menu" id="menu" popover @beforetoggle=${this.openMenu} @toggle=${this.placeMenu}>
        ${this.menu?.draw({
          url: this.url,
          isCalm: this.calm,
          shareBySystem: this.shareBySystem,
          copy: this.copy,
          switchCalm: this.switchCalm,
          report: this.report,
          place: this.placeMenu,
        })}
      </div>
    </header>`
  }

  private renderStage(): TemplateResult {
    const say = this.say(words)
    return html`<section class="stage" part="stage" aria-label=${say.stage} @dblclick=${this.likeThere}>
      <live-player
        .src=${this.src}
        .lines=${this.lines}
        .poster=${this.poster}
        ?muted=${this.muted}
        .status=${this.status ?? this.view?.live ?? 'unknown'}
        .startsAt=${this.startsAt}
      >
        <live-danmaku slot="overlay" @danmaku-change=${() => (this.bulletsOn = this.danmaku?.active ?? false)}></live-danmaku>
        <live-gifts slot="overlay" .balance=${this.balance}>${this.pass('gift-panel')}</live-gifts>
        <button slot="controls" class="icon" aria-label=${say.bullets} title=${say.bullets} aria-pressed=${this.bulletsOn} @click=${() => this.danmaku?.toggle()}>
          ${icon(BULLETS)}
        </button>
        <button slot="controls" class="icon" id="bullet-settings" aria-label=${say.bulletSettings} title=${say.bulletSettings} popovertarget="bullets">
          ${icon(SETTINGS)}
        </button>
      </live-player>
      <div
        class="menu"
        id="bullets"
        popover
        role="dialog"
        aria-label=${say.bulletSettings}
        @beforetoggle=${this.openBulletSettings}
        @toggle=${this.bulletSettingsOpened}
      ></div>
    </section>`
  }

  private renderSide(): TemplateResult {
    const say = this.say(words)
    return html`<div class="side" part="side">
      ${this.tools
        ? html`<div class="drawer">
            <header>
              <span class="title">${say.hostTools}</span>
              <button class="quiet" @click=${this.backToChat}>${say.backToChat}</button>
            </header>
            <live-host-tools>${this.pass('tools')}</live-host-tools>
          </div>`
        : nothing}
      <live-chat ?hidden=${this.tools} .stickers=${this.stickers} .links=${this.links} .row=${this.row} exportparts="list, row, name, text, input, send, pill, notice">
        ${this.pass('empty')} ${this.pass('above-input')}
        <button slot="actions" class="icon" aria-label=${say.gift} title=${say.gift} @click=${this.openGifts}>${icon(GIFT)}</button>
        <live-likes slot="actions" compact></live-likes>
        ${this.pass('actions')}
      </live-chat>
    </div>`
  }

  /** A slot of a part, handed on to the page if it fills it: an empty slot would take the place of what the part shows by itself. */
  private pass(name: string) {
    return [...this.children].some(({ slot }) => slot === name) ? html`<slot name=${name} slot=${name}></slot>` : nothing
  }

  private renderOutcome() {
    const { view } = this
    if (!view || !hasOutcome(view)) return nothing
    if (!this.isOut) this.isLed = this.isHere
    const ways = {
      comeBack: () => void this.room?.enter(this.user),
      logIn: (why: Kicked) => this.emit('login-request', { why }),
      watch: () => void this.room?.enter(),
    }
    return this.card?.draw(view, ways, this.isLed)
  }

  // --- what the reader does ----------------------------------------------------------------------------------------------

  /** The button goes with the tools: its reader goes on at the one that has opened them. */
  private readonly backToChat = () => {
    this.tools = false
    this.renderRoot.querySelector<HTMLElement>('#tools')?.focus()
  }

  private readonly follow = () => this.emit('follow', { followed: !this.followed })

  private get url(): string {
    return this.shareUrl || globalThis.location?.href || ''
  }

  private readonly share = () => {
    if (!this.emit('share', { url: this.url }, true)) return
    if (hasSystemShare()) void this.shareBySystem()
    else void this.copy()
  }

  private readonly shareBySystem = () => systemShare(this.view?.name ?? '', this.url)

  private readonly copy = async () => {
    const say = this.say(words)
    this.closeMenu()
    await copyLink(this.url).then(
      () => this.toasts?.show({ text: say.copied }),
      () => this.toasts?.show({ text: say.copyFailed, isError: true }),
    )
  }

  private readonly report = () => {
    this.closeMenu()
    this.emit('report', {})
  }

  private readonly switchCalm = () => {
    this.ownCalm = !this.calm
    keep(CALM_KEPT, this.ownCalm)
  }

  private openMenu(event: ToggleEvent): void {
    giveFocusBack(event, this.renderRoot.querySelector('#more'))
    if (event.newState === 'open' && !this.menu) openWhenFetched(event, () => this.fetchMenu())
  }

  private async fetchMenu(): Promise<void> {
    const { RoomMenu } = await import('./menu.js')
    this.menu ??= new RoomMenu(this)
    await this.updateComplete
  }

  private readonly placeMenu = () => {
    const menu = this.renderRoot.querySelector<HTMLElement>('#menu')
    const anchor = this.renderRoot.querySelector('#more')
    if (menu && anchor) place(menu, anchor)
  }

  private closeMenu(): void {
    this.renderRoot.querySelector<HTMLElement>('#menu')?.hidePopover()
  }

  private readonly openGifts = (event: Event) => this.giftBanners?.open(event.currentTarget as Element)

  private openBulletSettings(event: ToggleEvent): void {
    const box = event.currentTarget as HTMLElement
    giveFocusBack(event, this.renderRoot.querySelector('#bullet-settings'))
    if (event.newState === 'open' && box.childElementCount === 0) openWhenFetched(event, async () => box.append(await this.danmaku!.settingsPanel()))
  }

  /** The panel is far from its button in the page's order: who opens it is led there. */
  private bulletSettingsOpened({ newState, currentTarget }: ToggleEvent): void {
    const box = currentTarget as HTMLElement
    if (newState !== 'open') return
    place(box, this.renderRoot.querySelector('#bullet-settings')!)
    ;(box.firstElementChild as HTMLElement | null)?.focus()
  }

  /** Twice on the picture is a like, as on phones. */
  private readonly likeThere = (event: MouseEvent) => {
    const target = event.composedPath()[0]
    if (target instanceof Element && target.closest('button, input, select, [role=menu], [role=slider]')) return
    this.likes?.tap(event.clientX, event.clientY)
  }
}

const hasOutcome = ({ outcome, kicked }: RoomView): boolean => Boolean(outcome ?? kicked)
