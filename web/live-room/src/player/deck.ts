import { html, nothing, type ReactiveController } from 'lit'
import { MUTED, icon } from '../base/icons.js'
import { addStyles } from '../base/styles.js'
import * as able from './abilities.js'
import { bar } from './controls.js'
import { deckStyles } from './deck-styles.js'
import { deckWords } from './deck-words.js'
import { Hands } from './hands.js'
import { readyLines } from './lines.js'
import type { LivePlayer } from './live-player.js'
import { menu, sectionsOf } from './menu.js'
import { Playback, type PlayerState } from './playback.js'
import { setVolume } from './volume.js'
import { WORDS } from './words.js'

const VOLUME_STEP = 0.1

/** What a player has once there is something to play: the playback, and the bar with its menu for the reader's hands. */
export class Deck implements ReactiveController {
  readonly playback: Playback
  readonly hands: Hands
  hasSeen = false
  /** What was seen last, until there is something new to see. */
  still?: HTMLCanvasElement | undefined
  private isMenuOpen = false
  private mustFocus = false
  private key = ''

  constructor(private readonly host: LivePlayer) {
    const { video } = host
    addStyles(host, deckStyles)
    host.addController(this)
    this.hands = new Hands(host, () => this.playback.state === 'playing' && !this.isMenuOpen && !this.hasPanel && !this.hasKeyboard)
    this.playback = new Playback(video, {
      engines: () => ({ ...(host.constructor as typeof LivePlayer).engines, ...host.engines }),
      changed: this.redraw,
      freeze: () => this.freeze(),
      tell: (name, detail) => {
        if (name === 'player-state') this.heardState((detail as { state: PlayerState }).state)
        host['emit'](name, detail)
      },
    })
    for (const name of ['timeupdate', 'enterpictureinpicture', 'leavepictureinpicture']) video.addEventListener(name, this.redraw)
    for (const track of video.textTracks) able.liftCaptions(track)
    video.textTracks.addEventListener('removetrack', this.redraw)
    video.textTracks.addEventListener('addtrack', ({ track }) => {
      if (track) able.liftCaptions(track)
      this.redraw()
    })
  }

  private readonly redraw = (): void => this.host.requestUpdate()

  hostConnected(): void {
    document.addEventListener('fullscreenchange', this.redraw)
  }

  hostDisconnected(): void {
    document.removeEventListener('fullscreenchange', this.redraw)
    this.key = ''
    this.isMenuOpen = false
    this.playback.setLines([])
  }

  hostUpdated(): void {
    if (this.mustFocus) this.inside('[aria-checked=true]')?.focus()
    this.mustFocus = false
  }

  /** Loads what there is to play, unless that is so already. */
  take(src: string, given: unknown, mayBegin: boolean): void {
    const { playback } = this
    const lines = readyLines(src, given, document.baseURI)
    const key = JSON.stringify(lines)
    if (key === this.key) return
    this.key = key
    // What the reader has paused stays so.
    if (playback.state === 'idle' || playback.state === 'ended') playback.wanted ||= mayBegin
    playback.setLines(lines)
  }

  stop(): void {
    this.hasSeen = false
    this.playback.stop()
    this.still = undefined
  }

  private heardState(state: PlayerState): void {
    if (state === 'playing') {
      this.hasSeen = true
      this.still = undefined
    }
    if (this.host.isConnected) this.hands.move()
  }

  /** A picture that stands is better than none while we connect again. */
  private freeze(): void {
    const { video } = this.host
    if (!this.hasSeen || video.readyState < 2 || !video.videoWidth) return
    const still = document.createElement('canvas')
    still.width = video.videoWidth
    still.height = video.videoHeight
    still.getContext('2d')?.drawImage(video, 0, 0)
    this.still = still
  }

  // --- the reader's hands --------------------------------------------------------------------------------------------

  private toggle(what: 'play' | 'mute' | 'captions' | 'menu' | 'pip' | 'full'): void {
    const { host, playback, target } = this
    const { video } = host
    if (what === 'play') void (playback.wanted ? host.pause() : host.play())
    else if (what === 'mute') this.sound(video.muted || video.volume === 0)
    else if (what === 'menu') this.mustFocus = this.isMenuOpen = !this.isMenuOpen
    else if (what === 'full') able.toggleFull(target, video)
    else if (what === 'pip') able.togglePip(video)
    else able.toggleCaptions(video, host['language'])
    this.redraw()
  }

  private sound(on: boolean): void {
    const { video } = this.host
    setVolume(video, video.volume || 0.5, !on)
  }

  private readonly closeMenu = (back: boolean): void => {
    this.isMenuOpen = false
    this.redraw()
    if (back) this.inside('.settings')?.focus()
  }

  readonly keys = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0] as HTMLElement
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || target.isContentEditable) return
    if (target.matches('textarea, select, input:not([type=range])')) return
    const { video } = this.host
    const isOurs = target === event.currentTarget
    const key = event.key.toLowerCase()
    if ((key === ' ' || key === 'k') && isOurs) this.toggle('play')
    else if (key === 'm') this.toggle('mute')
    else if (key === 'f') this.toggle('full')
    else if (/^arrow(up|down)$/.test(key) && !target.matches('input')) setVolume(video, video.volume + (key === 'arrowup' ? VOLUME_STEP : -VOLUME_STEP))
    else return
    event.preventDefault()
  }

  private inside(selector: string): HTMLElement | null {
    return this.host.renderRoot.querySelector(selector)
  }

  private get target(): Element {
    return this.host.fullscreenTarget ?? this.host
  }

  /** The focus is inside and is to be seen: a click leaves it on a button too, and must not keep the controls for ever. */
  private get hasKeyboard(): boolean {
    const { host } = this
    // The page's own buttons in the bar are not in our tree but in the one around.
    const at = host.shadowRoot?.activeElement ?? (host.getRootNode() as Document | ShadowRoot).activeElement
    return host.matches(':focus-within') && !!at?.matches(':focus-visible')
  }

  /** One of the page's own buttons in the bar has opened something: it is gone back to when that closes. */
  private get hasPanel(): boolean {
    return [...this.host.querySelectorAll<HTMLButtonElement>('button[slot=controls]')].some(({ popoverTargetElement: panel }) => panel?.matches(':popover-open'))
  }

  // --- what is shown -------------------------------------------------------------------------------------------------

  /** The mouse goes with the controls. */
  get isQuiet(): boolean {
    return this.hands.isIdle && this.playback.lines.length > 0
  }

  draw(): unknown {
    const { host, playback, target, isMenuOpen } = this
    const { video } = host
    const language = host['language']
    const words = { ...host['say'](WORDS), ...host['say'](deckWords) }
    const sections = sectionsOf(playback, words, language)
    const foot = () =>
      html`<div class="foot">
        ${bar({
          playback,
          words,
          language,
          isFull: able.isFull(target),
          captions: able.hasCaptions(video),
          hasMenu: sections.length > 0,
          menu: isMenuOpen && sections.length ? menu(sections, words.settings, this.closeMenu) : nothing,
          mayPip: able.mayPip(video),
          isPip: able.isPip(video),
          mayFill: able.mayFill(video),
          toggle: what => this.toggle(what),
        })}
      </div>`
    return html`${playback.silenced
      ? html`<button class="pill unmute" part="unmute" @click=${() => this.sound(true)}>${icon(MUTED)}${words.tapToUnmute}</button>`
      : nothing}${playback.lines.length ? foot() : nothing}`
  }
}
