import { html, nothing, type PropertyValues } from 'lit'
import { property, state } from 'lit/decorators.js'
import { LiveElement } from '../base/live-element.js'
import { ownImage } from '../base/people.js'
import { buttons, tokens } from '../base/styles.js'
import type { LiveStatus } from '../model/types.js'
import { timeOf } from './countdown.js'
import { cover, coverInWords, coverOf, type Cover } from './covers.js'
import type { Deck } from './deck.js'
import type { Engines } from './engines/engine.js'
import { ENGINES } from './engines/index.js'
import { parseLines } from './given.js'
import type { Line } from './lines.js'
import type { PlayerState } from './playback.js'
import { playerStyles } from './player-styles.js'
import { Spoken } from './spoken.js'
import { recallVolume } from './volume.js'
import { WORDS } from './words.js'

/**
 * The video, with controls of its own: several lines with fallback, live edge, sound, picture in picture, full screen.
 * It needs no room.
 *
 * A page with a content security policy allows `media-src blob:` and the hosts of files, `connect-src` the hosts of
 * streams, and `script-src` the place of this script (the players lie in `later/` beside it). No workers, no inline
 * styles, nothing evaluated.
 *
 * @tagname live-player
 * @fires player-state - The video stands otherwise: `{ state: 'idle' | 'loading' | 'playing' | 'paused' | 'stalled' | 'ended' | 'error', line }`
 * @fires player-error - A line has failed: `{ line, kind, message, isLost }`. The player connects again or takes the next line by itself; `isLost`: all of them have failed
 * @fires autoplay-blocked - The browser wants a tap first: `{ playing }` tells whether it plays without sound
 * @fires line-change - Another line is loaded: `{ line, from }`
 * @slot controls - More buttons in the bar
 * @slot overlay - Lies over the picture and under the controls. Clicks go through it, unless what lies in it sets `pointer-events`
 * @csspart player - The box of everything
 * @csspart video - The video
 * @csspart poster - The picture before the first one of the video
 * @csspart cover - What lies over the picture: not started, ended, failed, the wheel, the large button
 * @csspart controls - The bar
 * @csspart button - A button in the bar
 * @csspart edge - The button back to the broadcast's edge
 * @csspart seek - The slider of a film
 * @csspart menu - The menu of lines and qualities
 * @csspart unmute - The button that brings the sound
 * @csspart big-play - The large button
 * @csspart spinner - The wheel while we wait
 * @csspart again - The button after a failure
 * @cssprop [--lr-player-ratio=16 / 9] - The element's shape where the page gives it no height
 * @cssprop [--lr-player-fit=contain] - `object-fit` of the video
 * @cssprop [--lr-poster-fit=cover] - `object-fit` of the poster
 */
export class LivePlayer extends LiveElement {
  static override styles = [tokens, buttons, playerStyles]

  /** How the kinds of lines are played, for all players: a page may add or replace some. */
  static engines: Engines = { ...ENGINES }

  /** One address: HLS, FLV over HTTP or WebSocket, or a file. Played before those of `lines`. */
  @property() src = ''

  /** The addresses of the broadcast in order of preference: `[{ url, name?, kind?, quality? }]`; as an attribute: JSON. */
  @property({ converter: parseLines }) lines: readonly Line[] = []

  /** Is there video: `unknown`, `waiting`, `live` or `ended`. Default: as the room tells. Nothing is loaded while it waits or has ended. */
  @property() status?: LiveStatus

  /** A picture (https or data) until the video shows its first. */
  @property() poster = ''

  /** When the broadcast begins: a date (ISO 8601) or milliseconds since 1970. Shown while `status` is `waiting`. */
  @property({ attribute: 'starts-at' }) startsAt = ''

  /** Nothing is loaded before somebody asks for it. */
  @property({ type: Boolean, attribute: 'no-autoplay' }) noAutoplay = false

  /** Begin without sound. */
  @property({ type: Boolean }) muted = false

  /** Engines of this player alone, by kind of line. */
  @property({ attribute: false }) engines: Engines = {}

  /** What fills the screen; by default the player itself. A `<live-room>` sets itself, so that the chat comes along. */
  @property({ attribute: false }) fullscreenTarget?: Element

  /** Fetched when there is something to play, or when somebody asks for it. */
  @state() private deck?: Deck
  private isFetching = false
  /** The deck could not be fetched. */
  @state() private isBroken = false
  /** What was asked for before the deck was there. */
  private readonly asked: ((deck?: Deck) => void)[] = []
  private made?: HTMLVideoElement
  private isStopped = false
  private clockTimer?: ReturnType<typeof setTimeout> | undefined
  private readonly spoken = new Spoken()
  private spokenTimer?: ReturnType<typeof setTimeout> | undefined

  // --- for pages -----------------------------------------------------------------------------------------------------

  /** The video element, for volume, size, captions and frames. */
  get video(): HTMLVideoElement {
    if (this.made) return this.made
    const video = document.createElement('video')
    video.playsInline = true
    video.setAttribute('part', 'video')
    recallVolume(video)
    return (this.made = video)
  }

  /** How the video stands. */
  get state(): PlayerState {
    return this.deck?.playback.state ?? (this.isBroken ? 'error' : 'idle')
  }

  /** The index of the line in use, in the order of the menu: `src` first, then `lines`. */
  get line(): number {
    return this.deck?.playback.line ?? 0
  }

  /** Seconds behind the newest that the server has; NaN for what is no broadcast. */
  get latency(): number {
    return this.deck?.playback.live?.latency ?? NaN
  }

  /** Plays: with sound if the browser allows it, else without; `autoplay-blocked` tells. After a pause a broadcast goes on at its edge. */
  play(): Promise<void> {
    this.isStopped = false
    return new Promise(resolve => this.ask(deck => resolve(deck?.playback.play()), true))
  }

  /** Pauses. A broadcast that is paused for long is let go of, and begun anew by `play`. */
  pause(): void {
    this.ask(deck => deck?.playback.pause())
  }

  /** Loads the preferred line anew. */
  reload(): void {
    this.ask(deck => deck?.playback.reload(), true)
  }

  /** Stops and lets go of everything. `play` begins anew. */
  stop(): void {
    this.isStopped = true
    if (this.deck || this.isFetching) this.ask(deck => deck?.stop())
  }

  /** Jumps to the edge of the broadcast. */
  toEdge(): void {
    this.deck?.playback.toEdge()
  }

  /** Plays a line and prefers it from now on. */
  use(lineIndex: number): void {
    this.ask(deck => deck?.playback.use(lineIndex), true)
  }

  // --- life ----------------------------------------------------------------------------------------------------------

  /** Now, or as soon as the deck is there. `withLines`: with those that were set just before, too. */
  private ask(act: (deck?: Deck) => void, withLines = false): void {
    const ready = (deck?: Deck) => {
      if (withLines) this.takeLines(deck)
      act(deck)
    }
    if (this.deck) return ready(this.deck)
    this.asked.push(ready)
    void this.fetchDeck()
  }

  private async fetchDeck(): Promise<void> {
    if (this.isFetching) return
    this.isFetching = true
    try {
      const { Deck } = await import('./deck.js')
      this.deck = new Deck(this)
    } catch (error) {
      this.isBroken = true
      this.emit('player-error', { line: 0, kind: '', message: (error as Error).message, isLost: true })
      this.emit('player-state', { state: 'error', line: 0 })
    }
    this.isFetching = false
    this.isBroken = !this.deck
    for (const ready of this.asked.splice(0)) ready(this.deck)
    this.takeLines(this.deck)
  }

  /** The network is back. */
  private readonly hurry = (): void => {
    this.isBroken = false
    this.deck?.playback.hurry()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('online', this.hurry)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('online', this.hurry)
    clearTimeout(this.clockTimer)
    clearTimeout(this.spokenTimer)
    this.clockTimer = undefined
  }

  private get standing(): LiveStatus {
    return this.status ?? this.view?.live ?? 'unknown'
  }

  /** Is there anything that may be played now? */
  private get hasSource(): boolean {
    return this.standing !== 'waiting' && this.standing !== 'ended' && Boolean(this.src || this.lines?.length)
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('muted') && (this.muted || changed.get('muted'))) this.video.muted = this.muted
    if (this.deck) this.takeLines(this.deck)
    else if (this.hasSource && this.isConnected && !this.isBroken) void this.fetchDeck()
  }

  /** Also before a method works on them: a page sets lines and plays at once. */
  private takeLines(deck?: Deck): void {
    if (!this.isConnected) return
    const { hasSource, isStopped, noAutoplay } = this
    deck?.take(hasSource ? this.src : '', hasSource ? this.lines : [], !isStopped && !noAutoplay)
  }

  private get cover(): Cover {
    const { deck } = this
    return deck || !this.hasSource ? coverOf(deck?.playback, this.standing) : this.isBroken ? 'error' : 'busy'
  }

  protected override updated(): void {
    const now = Date.now()
    if (this.spoken.see(this.cover, now)) this.requestUpdate()
    clearTimeout(this.spokenTimer)
    const { dueAt } = this.spoken
    if (dueAt > 0 && this.isConnected) this.spokenTimer = setTimeout(() => this.requestUpdate(), dueAt - now)
    if (this.standing !== 'waiting' || this.clockTimer || !(timeOf(this.startsAt) > this.now)) return
    this.clockTimer = setTimeout(() => {
      this.clockTimer = undefined
      this.requestUpdate()
    }, 1000)
  }

  private get now(): number {
    return this.room?.now ?? Date.now()
  }

  // --- what is shown -------------------------------------------------------------------------------------------------

  protected override render() {
    const { deck, language } = this
    const words = this.say(WORDS)
    const kind = this.cover
    const isTrying = deck?.playback.isTrying ?? false
    const isDim = kind && kind !== 'busy' && kind !== 'tap'
    const poster = (!deck?.hasSeen || kind === 'waiting' || kind === 'over') && this.poster && ownImage(this.poster)
    return html`<div
      class="box ${deck?.isQuiet ? 'quiet-hands' : ''}"
      part="player"
      tabindex="0"
      role="group"
      aria-label=${words.player}
      @keydown=${deck?.keys}
      @keyup=${deck?.hands.move}
      @focusin=${deck?.hands.move}
      @pointermove=${deck?.hands.move}
      @pointerdown=${deck?.hands.down}
      @click=${deck?.hands.tap}
    >
      ${this.video}${deck?.still ?? nothing}
      ${poster ? html`<img part="poster" src=${poster} alt="" referrerpolicy="no-referrer" />` : nothing}
      <div class="overlay"><slot name="overlay"></slot></div>
      <div class="cover ${isDim ? 'dim' : ''}" part="cover">
        ${cover(kind, {
          isTrying,
          words,
          language,
          startsAt: timeOf(this.startsAt),
          now: this.now,
          calm: this.calm,
          play: () => void this.play(),
          again: () => this.reload(),
        })}
      </div>
      ${deck?.draw()}
      <div class="unseen" aria-live="polite" aria-atomic="true">${coverInWords(this.spoken.kind, isTrying, words)}</div>
    </div>`
  }
}
