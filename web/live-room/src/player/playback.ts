import { isBehind, mustJump, rateFor, type Live } from './edge.js'
import { aheadOf, type Engine, type Engines } from './engines/engine.js'
import type { ReadyLine } from './lines.js'
import * as patience from './patience.js'

/** How the video stands. `loading`: nothing has been seen of it yet; `stalled`: it stands still and should not. */
export type PlayerState = 'idle' | 'loading' | 'playing' | 'paused' | 'stalled' | 'ended' | 'error'

export interface PlaybackEvents {
  'player-state': { state: PlayerState; line: number }
  'player-error': { line: number; kind: string; message: string; isLost: boolean }
  'autoplay-blocked': { playing: boolean }
  'line-change': { line: number; from: number }
}

/** What it needs of the element around it. */
export interface Surroundings {
  engines(): Engines
  tell<Name extends keyof PlaybackEvents>(name: Name, detail: PlaybackEvents[Name]): void
  /** Something to be shown has changed. */
  changed(): void
  /** The picture is about to go; what it shows now may be kept. */
  freeze(): void
}

const TICK_MS = 250
/** Someone who pauses a broadcast for longer begins anew at its edge; until then the picture stays and data come. */
const PAUSED_MS_MAX = 15_000

/** A video that plays one of several lines: with patience, at the edge, with sound if the browser allows it. */
export class Playback {
  lines: readonly ReadyLine[] = []
  state: PlayerState = 'idle'
  /** Somebody wants it to play. */
  wanted = false
  /** The browser let it play without sound only. */
  silenced = false
  /** The browser wants a tap first. */
  blocked = false
  /** So far behind the broadcast that the reader is offered the way back. */
  isBehind = false
  engine: Engine | undefined
  private patience = patience.OFF
  private loaded = 0
  private loading = 0
  private seenAt = 0
  private pausedAt = 0
  private from = 0
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(
    readonly video: HTMLVideoElement,
    private readonly around: Surroundings,
  ) {
    const on = (name: string, heard: () => void) => video.addEventListener(name, heard)
    on('playing', () => this.step(patience.moved(this.patience, Date.now())))
    on('pause', () => this.wasPaused())
    on('play', () => this.wasPlayed())
    on('ended', () => this.engine && this.end())
    on('error', () => this.engine && video.error && this.failed(video.error.message || 'the browser cannot play it'))
    on('volumechange', () => this.heardVolume())
  }

  get line(): number {
    return this.patience.line
  }

  /** Every line has failed; it is tried again and again. */
  get isLost(): boolean {
    return this.patience.isLost
  }

  /** False where trying again would be for nothing. */
  get isTrying(): boolean {
    return this.patience.retryAt !== Infinity
  }

  get live(): Live | undefined {
    return this.engine?.live?.()
  }

  // --- what somebody wants -------------------------------------------------------------------------------------------

  /** Other lines; one that plays goes on if it is still among them. */
  setLines(lines: readonly ReadyLine[]): void {
    const url = this.lines[this.line]?.url
    this.lines = lines
    const stays = lines.findIndex(line => line.url === url)
    if (this.patience.phase !== 'off' && stays >= 0) {
      this.from = stays
      this.step(patience.moveTo(this.patience, stays))
    } else if (this.wanted && lines.length) this.step(patience.choose(this.patience, Math.max(stays, 0), Date.now()))
    else this.halt({ ...patience.OFF, loads: this.patience.loads })
    this.around.changed()
  }

  async play(): Promise<void> {
    this.want()
    if (!this.lines.length) return
    const { phase } = this.patience
    // The end of a broadcast is no film to see again: it may have begun anew.
    if (phase === 'off' || (this.state === 'ended' && this.lines[this.line]?.kind !== 'file')) this.step(patience.again(this.patience, Date.now()))
    else if (phase === 'held') {
      if (this.live) this.toEdge()
      this.step(patience.release(this.patience, Date.now()))
    }
    if (this.engine) await this.begin()
  }

  pause(): void {
    this.wanted = false
    this.pausedAt = Date.now()
    this.step(patience.hold(this.patience))
    this.video.pause()
  }

  /** Plays that line; it is the preferred one from now on. */
  use(line: number): void {
    if (!this.lines[line]) return
    this.want()
    this.step(patience.choose(this.patience, line, Date.now()))
  }

  reload(): void {
    this.use(this.patience.preferred)
  }

  toEdge(): void {
    const { live, video } = this
    if (live && live.latency > live.target) video.currentTime += live.latency - live.target
  }

  /** Nothing plays, nothing is loaded, and nobody wants it any more. */
  stop(): void {
    this.wanted = false
    this.pausedAt = 0
    this.halt(patience.off(this.patience))
  }

  /** The network is back. */
  hurry(): void {
    this.step(patience.hurry(this.patience, Date.now()))
  }

  private want(): void {
    this.wanted = true
    this.blocked = false
    this.pausedAt = 0
  }

  // --- what happens --------------------------------------------------------------------------------------------------

  private step(next: patience.Patience): void {
    const before = this.patience
    this.patience = next
    if (next.line !== this.from && next.phase === 'loading') {
      this.around.tell('line-change', { line: next.line, from: this.from })
      this.from = next.line
    }
    if (next.phase === 'off') this.halt(next)
    else if (next.loads !== this.loaded) void this.load(next)
    else if (next.phase === 'resting' && before.phase !== 'resting') this.release()
    this.settle()
  }

  private async load({ loads, line: index }: patience.Patience): Promise<void> {
    const line = this.lines[index] as ReadyLine
    const { duration, currentTime } = this.video
    // A file goes on where it was; a broadcast does not.
    const resumeAt = this.loading === index && Number.isFinite(duration) && !this.live && !this.video.ended ? currentTime : 0
    this.release()
    this.loaded = loads
    this.loading = index
    this.timer ??= setInterval(() => this.tick(), TICK_MS)
    const isCurrent = () => this.loaded === loads && this.patience.phase !== 'off'
    const reports = {
      // Later: engines do not like to be stopped while they speak.
      failed: (message: string, isHopeless?: boolean) => queueMicrotask(() => isCurrent() && this.failed(message, isHopeless)),
      changed: () => isCurrent() && this.around.changed(),
    }
    try {
      const engines = this.around.engines()
      const start = Object.hasOwn(engines, line.kind) ? engines[line.kind] : undefined
      if (!start) throw new Error(`no engine for lines of the kind "${line.kind}"`)
      const engine = await start(this.video, line, reports)
      if (!isCurrent() || this.patience.phase === 'resting') return engine.stop()
      this.engine = engine
      this.seenAt = this.video.currentTime
      if (resumeAt) this.video.currentTime = resumeAt
      if (this.wanted) await this.begin()
    } catch (error) {
      // Not hopeless where the player itself could not be fetched: the network may come back.
      if (isCurrent()) this.failed((error as Error).message, !(error instanceof TypeError))
    }
  }

  /** With sound; else without; else not before a tap. */
  private async begin(): Promise<void> {
    const { video } = this
    if (await this.mayPlay()) return
    if (!video.muted) {
      video.muted = this.silenced = true
      if (await this.mayPlay()) {
        if (video.muted) this.around.tell('autoplay-blocked', { playing: true })
        return
      }
      video.muted = this.silenced = false
    }
    this.blocked = true
    this.wanted = false
    this.pausedAt = Date.now()
    this.step(patience.hold(this.patience))
    this.around.tell('autoplay-blocked', { playing: false })
  }

  /** Every refusal but that of the browser's policy is somebody else's to tell. */
  private mayPlay(): Promise<boolean> {
    return this.video.play().then(
      () => true,
      (error: DOMException) => error.name !== 'NotAllowedError',
    )
  }

  private failed(message: string, isHopeless = false): void {
    const { phase, line } = this.patience
    if (phase === 'off' || phase === 'resting' || !this.lines.length) return
    const next = patience.failed(this.patience, this.now, isHopeless)
    this.around.tell('player-error', { line, kind: this.lines[line]?.kind ?? '', message, isLost: next.isLost })
    this.step(next)
  }

  private tick(): void {
    const { video } = this
    const now = Date.now()
    if (globalThis.document.hidden) this.patience = patience.excuse(this.patience, now)
    if (!video.paused && !video.seeking && video.readyState > 2 && video.currentTime !== this.seenAt) this.step(patience.moved(this.patience, now))
    this.seenAt = video.currentTime
    const before = this.patience
    const next = patience.tick(before, this.now)
    if (next.failures > before.failures) return this.failed(before.phase === 'loading' ? 'no picture came' : 'the picture stands still')
    if (next !== before) this.step(next)
    this.keepUp(now)
  }

  private keepUp(now: number): void {
    const { live, video, patience: state } = this
    if (!live) return
    if (state.phase === 'held') {
      if (now - this.pausedAt > PAUSED_MS_MAX) this.halt(patience.off(this.patience))
      return
    }
    if (state.phase !== 'playing' || video.seeking) return
    if (mustJump(live)) this.toEdge()
    const rate = rateFor(live, video.playbackRate, aheadOf(video))
    if (rate !== video.playbackRate) video.playbackRate = rate
    if (isBehind(live) === this.isBehind) return
    this.isBehind = !this.isBehind
    this.around.changed()
  }

  /** By somebody else: a media key, the small window. */
  private wasPaused(): void {
    const { video } = this
    if (this.engine && this.wanted && video.paused && !video.ended && /playing|stalled/.test(this.patience.phase)) this.pause()
  }

  private wasPlayed(): void {
    if (!this.video.paused && !this.wanted) void this.play()
  }

  private heardVolume(): void {
    if (!this.video.muted) this.silenced = false
    this.around.changed()
  }

  private end(): void {
    this.wanted = false
    this.step(patience.hold(this.patience))
  }

  private halt(next: patience.Patience): void {
    clearInterval(this.timer)
    this.timer = undefined
    this.loaded = next.loads
    this.patience = next
    this.from = next.line
    this.release()
    this.video.pause()
    this.settle()
  }

  private release(): void {
    if (!this.engine) return
    this.around.freeze()
    this.engine.stop()
    this.engine = undefined
    this.isBehind = false
    this.video.playbackRate = 1
  }

  private settle(): void {
    const { phase, isLost, hasPlayed } = this.patience
    if (phase === 'off') this.become(this.pausedAt ? 'paused' : 'idle')
    else if (phase === 'held') this.become(this.video.ended ? 'ended' : 'paused')
    else if (isLost) this.become('error')
    else if (phase === 'resting') this.become(hasPlayed ? 'stalled' : 'loading')
    else this.become(phase)
  }

  private become(state: PlayerState): void {
    if (state === this.state) return
    this.state = state
    this.around.tell('player-state', { state, line: this.line })
    this.around.changed()
  }

  private get now(): patience.Around {
    return { now: Date.now(), lines: this.lines.length, spread: Math.random() }
  }
}
