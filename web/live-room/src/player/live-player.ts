import { html, nothing, type PropertyValues } from 'lit'
import { property, state } from 'lit/decorators.js'
import { icon } from '../base/icons.js'
import { LiveElement } from '../base/live-element.js'
import { safeImage } from '../base/people.js'
import { buttons, tokens } from '../base/styles.js'
import type { LiveStatus } from '../model/types.js'
import * as able from './abilities.js'
import { bar } from './controls.js'
import { timeOf } from './countdown.js'
import { cover, coverOf } from './covers.js'
import type { Engines } from './engines/engine.js'
import { ENGINES } from './engines/index.js'
import { Hands } from './hands.js'
import { parseLines, readyLines, wholeOf, type Line } from './lines.js'
import { menu, sectionsOf } from './menu.js'
import { Playback, type PlayerState } from './playback.js'
import { playerStyles } from './player-styles.js'
import { recallVolume, setVolume } from './volume.js'
import { WORDS } from './words.js'

const VOLUME_STEP = 0.1

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

  @state() private isMenuOpen = false
  private made?: Playback
  private key = ''
  private isStopped = false
  private hasSeen = false
  /** What was seen last, until there is something new to see. */
  private still?: HTMLCanvasElement | undefined
  private clockTimer?: ReturnType<typeof setTimeout> | undefined
  private readonly hands = new Hands(this, () => this.state === 'playing' && !this.isMenuOpen && !this.hasKeyboard)

  // --- for pages -----------------------------------------------------------------------------------------------------

  /** The video element, for volume, size, captions and frames. */
  get video(): HTMLVideoElement {
    return this.playback.video
  }

  /** How the video stands. */
  get state(): PlayerState {
    return this.playback.state
  }

  /** The index of the line in use, in the order of the menu: `src` first, then `lines`. */
  get line(): number {
    return this.playback.line
  }

  /** Seconds behind the newest that the server has; NaN for what is no broadcast. */
  get latency(): number {
    return this.playback.live?.latency ?? NaN
  }

  /** Plays: with sound if the browser allows it, else without; `autoplay-blocked` tells. After a pause a broadcast goes on at its edge. */
  play(): Promise<void> {
    this.isStopped = false
    this.takeLines()
    return this.playback.play()
  }

  /** Pauses. A broadcast that is paused for long is let go of, and begun anew by `play`. */
  pause(): void {
    this.playback.pause()
  }

  /** Loads the preferred line anew. */
  reload(): void {
    this.takeLines()
    this.playback.reload()
  }

  /** Stops and lets go of everything. `play` begins anew. */
  stop(): void {
    this.isStopped = true
    this.hasSeen = false
    this.playback.stop()
    this.still = undefined
  }

  /** Jumps to the edge of the broadcast. */
  toEdge(): void {
    this.playback.toEdge()
  }

  /** Plays a line and prefers it from now on. */
  use(lineIndex: number): void {
    this.takeLines()
    this.playback.use(lineIndex)
  }

  // --- life ----------------------------------------------------------------------------------------------------------

  private get playback(): Playback {
    if (this.made) return this.made
    const video = document.createElement('video')
    video.playsInline = true
    video.setAttribute('part', 'video')
    recallVolume(video)
    this.made = new Playback(video, {
      engines: () => ({ ...LivePlayer.engines, ...this.engines }),
      changed: () => this.requestUpdate(),
      freeze: () => this.freeze(),
      tell: (name, detail) => {
        if (name === 'player-state') this.heardState((detail as { state: PlayerState }).state)
        this.emit(name, detail)
      },
    })
    for (const name of ['timeupdate', 'enterpictureinpicture', 'leavepictureinpicture']) video.addEventListener(name, this.redraw)
    video.textTracks.addEventListener('removetrack', this.redraw)
    video.textTracks.addEventListener('addtrack', ({ track }) => {
      if (track) able.liftCaptions(track)
      this.redraw()
    })
    return this.made
  }

  private readonly redraw = (): void => this.requestUpdate()
  private readonly hurry = (): void => this.made?.hurry()

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('fullscreenchange', this.redraw)
    window.addEventListener('online', this.hurry)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('fullscreenchange', this.redraw)
    window.removeEventListener('online', this.hurry)
    clearTimeout(this.clockTimer)
    this.clockTimer = undefined
    this.key = ''
    this.isMenuOpen = false
    this.made?.setLines([])
  }

  private get standing(): LiveStatus {
    return this.status ?? this.view?.live ?? 'unknown'
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('muted') && (this.muted || changed.get('muted'))) this.video.muted = this.muted
    this.takeLines()
  }

  /** Also before a method works on them: a page sets lines and plays at once. */
  private takeLines(): void {
    if (!this.isConnected) return
    const { playback, standing } = this
    const isOpen = standing !== 'waiting' && standing !== 'ended'
    const lines = isOpen ? readyLines(this.src, this.lines, document.baseURI) : []
    const key = JSON.stringify(lines)
    if (key === this.key) return
    this.key = key
    // What the reader has paused stays so.
    if (!this.isStopped && (this.state === 'idle' || this.state === 'ended')) playback.wanted ||= !this.noAutoplay
    playback.setLines(lines)
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('isMenuOpen') && this.isMenuOpen) this.inside('[aria-checked=true]')?.focus()
    if (this.standing !== 'waiting' || this.clockTimer || !(timeOf(this.startsAt) > this.now)) return
    this.clockTimer = setTimeout(() => {
      this.clockTimer = undefined
      this.redraw()
    }, 1000)
  }

  private heardState(state: PlayerState): void {
    if (state === 'playing') {
      this.hasSeen = true
      this.still = undefined
    }
    if (this.isConnected) this.hands.move()
  }

  /** A picture that stands is better than none while we connect again. */
  private freeze(): void {
    const { video } = this
    if (!this.hasSeen || video.readyState < 2 || !video.videoWidth) return
    const still = document.createElement('canvas')
    still.width = video.videoWidth
    still.height = video.videoHeight
    still.getContext('2d')?.drawImage(video, 0, 0)
    this.still = still
  }

  // --- the reader's hands --------------------------------------------------------------------------------------------

  private toggle(what: 'play' | 'mute' | 'captions' | 'menu' | 'pip' | 'full'): void {
    const { video, playback } = this
    if (what === 'play') void (playback.wanted ? this.pause() : this.play())
    else if (what === 'mute') this.sound(video.muted || video.volume === 0)
    else if (what === 'menu') this.isMenuOpen = !this.isMenuOpen
    else if (what === 'full') able.toggleFull(this.target, video)
    else if (what === 'pip') able.togglePip(video)
    else {
      able.toggleCaptions(video, this.language)
      this.redraw()
    }
  }

  private sound(on: boolean): void {
    setVolume(this.video, this.video.volume || 0.5, !on)
  }

  private readonly closeMenu = (back: boolean): void => {
    this.isMenuOpen = false
    if (back) this.inside('.settings')?.focus()
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.composedPath()[0] as HTMLElement
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || target.isContentEditable) return
    if (target.matches('textarea, select, input:not([type=range])')) return
    const isOurs = target === event.currentTarget
    const key = event.key.toLowerCase()
    if ((key === ' ' || key === 'k') && isOurs) this.toggle('play')
    else if (key === 'm') this.toggle('mute')
    else if (key === 'f') this.toggle('full')
    else if (/^arrow(up|down)$/.test(key) && !target.matches('input')) setVolume(this.video, this.video.volume + (key === 'arrowup' ? VOLUME_STEP : -VOLUME_STEP))
    else return
    event.preventDefault()
  }

  private inside(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector(selector)
  }

  private get target(): Element {
    return this.fullscreenTarget ?? this
  }

  private get now(): number {
    return this.room?.now ?? Date.now()
  }

  /** The focus is inside and is to be seen: a click leaves it on a button too, and must not keep the controls for ever. */
  private get hasKeyboard(): boolean {
    return this.matches(':focus-within') && !!(this.shadowRoot?.activeElement?.matches(':focus-visible') ?? document.activeElement?.matches(':focus-visible'))
  }

  // --- what is shown -------------------------------------------------------------------------------------------------

  protected override render() {
    const { playback, language, hands, isMenuOpen } = this
    const { video, lines, silenced } = playback
    const words = this.say(WORDS)
    const kind = coverOf(playback, this.standing)
    const isDim = kind && kind !== 'busy' && kind !== 'tap'
    const poster = (!this.hasSeen || kind === 'waiting' || kind === 'over') && this.poster && (safeImage(this.poster) || safeImage(wholeOf(this.poster, document.baseURI)))
    const sections = sectionsOf(playback, words, language)
    return html`<div
      class="box ${hands.isIdle && lines.length ? 'quiet-hands' : ''}"
      part="player"
      tabindex="0"
      role="group"
      aria-label=${words.player}
      @keydown=${this.onKey}
      @keyup=${hands.move}
      @focusin=${hands.move}
      @pointermove=${hands.move}
      @pointerdown=${hands.down}
      @click=${hands.tap}
    >
      ${video}${this.still ?? nothing}
      ${poster ? html`<img part="poster" src=${poster} alt="" referrerpolicy="no-referrer" />` : nothing}
      <div class="overlay"><slot name="overlay"></slot></div>
      <div class="cover ${isDim ? 'dim' : ''}" part="cover" role="status">
        ${cover(kind, {
          playback,
          words,
          language,
          startsAt: timeOf(this.startsAt),
          now: this.now,
          calm: this.calm,
          play: () => void this.play(),
          again: () => this.reload(),
        })}
      </div>
      ${silenced ? html`<button class="pill unmute" part="unmute" @click=${() => this.sound(true)}>${icon('muted')}${words.tapToUnmute}</button>` : nothing}
      ${lines.length
        ? html`<div class="foot">
            ${bar({
              playback,
              words,
              language,
              isFull: able.isFull(this.target),
              captions: able.hasCaptions(video),
              hasMenu: sections.length > 0,
              menu: isMenuOpen && sections.length ? menu(sections, words.settings, this.closeMenu) : nothing,
              mayPip: able.mayPip(video),
              isPip: able.isPip(video),
              mayFill: able.mayFill(video),
              toggle: what => this.toggle(what),
            })}
          </div>`
        : nothing}
    </div>`
  }
}
