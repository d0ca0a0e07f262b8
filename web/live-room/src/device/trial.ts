import { keep, readKept } from '../base/kept.js'
import { roundTrip } from '../model/round-trip.js'
import type { RoomModel } from '../model/room-model.js'
import { lacking, readAbilities, type Abilities } from './browser.js'
import { ask, isElsewhere, permissionOf, whyNot, wishes, type Captured } from './capture.js'
import { afterLoss, byKind, isGone, readChoices } from './choosing.js'
import { Ears } from './ears.js'
import { Eyes } from './eyes.js'
import { meterOf } from './hearing.js'
import { isWorthAsking } from './reasons.js'
import { after, idle, type Happening, type Test } from './steps.js'
import { playTone } from './tone.js'
import { median, TRIPS, verdictOf } from './trips.js'
import type { Choice, Kind, Reason } from './types.js'

const KEPT = 'plaudit-devices'
const BEAT_MS = 100
/** A look at the picture costs more than one at the sound. */
const LOOK_EVERY = 5
/** How far the meter falls in a beat: between words it stays to be seen. */
const FALL = 8
/** How often the meter moves for those who want no motion, in beats. */
const CALM_EVERY = 10
/** How long our own sound is still heard in the room after it has ended. */
const ECHO_MS = 400
const CAPTURED = ['camera', 'microphone'] as const

/** Whom a trial tells, and what it asks. */
export interface TrialHost {
  /** Nothing moves that does not have to. */
  readonly isCalm: boolean
  changed(): void
  /** Another device is used: chosen, or in place of one that went. */
  deviceChanged(kind: Kind, choice: Choice): void
  nameless(kind: Kind, number: number): string
}

/** One run of the test: holds camera and microphone from `start` to `stop`, and looks at what they send. */
export class Trial {
  test: Test = idle()
  lists: Record<Kind, Choice[]> = { camera: [], microphone: [], speaker: [] }
  abilities?: Abilities
  eyes?: Eyes
  /** 0 to 100. */
  meter = 0
  /** Milliseconds to the server and back; absent until it is known. */
  tripMs?: number | undefined
  /** `asking`: it was played, and nobody has said yet whether it was heard. */
  tone: 'idle' | 'playing' | 'asking' = 'idle'

  private readonly chosen = readChoices(readKept(KEPT))
  private readonly held: Partial<Record<Captured, MediaStreamTrack>> = {}
  /** Which question about a device is the last one: older answers come too late. */
  private readonly orders = { camera: 0, microphone: 0, run: 0 }
  private ears?: Ears | undefined
  private timer?: ReturnType<typeof setInterval>
  private beats = 0
  private beatAt = 0
  private deafUntil = 0
  /** The room whose connection was tested, or why it could not be. */
  private travelled?: RoomModel | 'offline' | undefined

  constructor(private readonly host: TrialHost) {}

  // --- from start to stop ----------------------------------------------------------------------------------------------

  /** To be called where somebody has pressed something: only then sound may be listened to. */
  async start(room: RoomModel | undefined, on: 'started' | 'resumed' = 'started'): Promise<void> {
    this.release()
    const run = this.orders.run
    this.eyes ??= new Eyes()
    this.ears = globalThis.AudioContext && new Ears()
    this.do({ on, hasRoom: room !== undefined })
    this.abilities = readAbilities()
    this.do({ on: 'verdict', part: 'browser', reason: lacking(this.abilities) })
    if (this.chosen.speaker && !this.test.steps.speaker.deviceId) this.do({ on: 'chose', part: 'speaker', choice: this.chosen.speaker })
    navigator.mediaDevices?.addEventListener('devicechange', this.devicesChanged)
    this.beatAt = performance.now()
    this.timer = setInterval(() => this.beat(), BEAT_MS)
    this.roomIs(room)
    await this.takeBoth()
    if (run === this.orders.run) await this.devicesChanged()
  }

  pause(): void {
    this.release()
    this.do({ on: 'paused' })
  }

  finish(): void {
    this.release()
    this.do({ on: 'finished' })
  }

  stop(): void {
    this.release()
    this.do({ on: 'stopped' })
  }

  /** Everything off, and no answer that is still on its way changes it. */
  private release(): void {
    this.orders.run += 1
    clearInterval(this.timer)
    navigator.mediaDevices?.removeEventListener('devicechange', this.devicesChanged)
    for (const kind of CAPTURED) this.letGo(kind)
    this.ears?.close()
    this.ears = undefined
    this.meter = this.deafUntil = 0
    this.tone = 'idle'
    this.travelled = undefined
  }

  private do(happening: Happening): void {
    this.test = after(this.test, happening)
    this.host.changed()
  }

  // --- camera and microphone -------------------------------------------------------------------------------------------

  /** One question for both where that works; each alone where it does not, to learn which one fails. */
  private async takeBoth(): Promise<void> {
    const orders = CAPTURED.map(kind => this.ask(kind, this.chosen[kind]))
    const isLate = (index: number) => orders[index] !== this.orders[CAPTURED[index]!]
    try {
      const stream = await ask({ ...wishes('camera', this.chosen.camera), ...wishes('microphone', this.chosen.microphone) })
      for (const [index, kind] of CAPTURED.entries()) this.hold(kind, stream, isLate(index))
    } catch (error) {
      for (const [index, kind] of CAPTURED.entries()) {
        if (isLate(index)) continue
        if (isWorthAsking((error as Error).name, await permissionOf(kind))) await this.take(kind, this.chosen[kind])
        else await this.refuse(kind, orders[index]!, error)
      }
    }
  }

  /** `instead`: the name of the one that should have been used. */
  private async take(kind: Captured, choice: Choice | undefined, instead?: string): Promise<void> {
    const order = this.ask(kind, choice)
    let insteadOf = instead
    try {
      const stream = await ask(wishes(kind, choice)).catch(error => {
        if (!choice || !isElsewhere(error) || order !== this.orders[kind]) throw error
        insteadOf = choice.label
        return ask(wishes(kind, undefined))
      })
      this.hold(kind, stream, order !== this.orders[kind], insteadOf)
    } catch (error) {
      await this.refuse(kind, order, error)
    }
  }

  private ask(kind: Captured, choice: Choice | undefined): number {
    this.letGo(kind)
    this.do({ on: 'asked', part: kind, choice })
    return this.orders[kind]
  }

  private async refuse(kind: Captured, order: number, error: unknown): Promise<void> {
    const reason = await whyNot(kind, error)
    if (order === this.orders[kind]) this.do({ on: 'lost', part: kind, reason })
  }

  private hold(kind: Captured, stream: MediaStream, isLate: boolean, insteadOf?: string): void {
    const [track] = kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks()
    if (!track) return
    if (isLate) return track.stop()
    this.held[kind] = track
    track.addEventListener('ended', () => this.held[kind] === track && void this.lost(kind))
    this.follow(kind, track)
    const choice = { deviceId: track.getSettings().deviceId ?? '', label: track.label }
    this.do({ on: 'got', part: kind, choice, insteadOf })
    if (insteadOf) this.host.deviceChanged(kind, choice)
  }

  private letGo(kind: Captured): void {
    this.orders[kind] += 1
    this.held[kind]?.stop()
    delete this.held[kind]
    this.follow(kind, undefined)
  }

  private follow(kind: Captured, track: MediaStreamTrack | undefined): void {
    if (kind === 'camera') this.eyes?.follow(track)
    else this.ears?.follow(track)
  }

  // --- devices come and go ---------------------------------------------------------------------------------------------

  private async list(): Promise<void> {
    const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
    this.lists = byKind(devices, this.host.nameless)
    this.host.changed()
  }

  private readonly devicesChanged = async (): Promise<void> => {
    const { run } = this.orders
    await this.list()
    if (run !== this.orders.run) return
    for (const kind of CAPTURED) {
      const { state, reason, deviceId } = this.test.steps[kind]
      const isMissed = state === 'lost' && (reason === 'no-device' || reason === 'unplugged')
      if ((this.held[kind] || reason === 'stopped') && isGone(this.lists[kind], deviceId)) await this.lost(kind)
      else if (isMissed && this.lists[kind].length > 0) await this.take(kind, undefined)
    }
    const { deviceId, label } = this.test.steps.speaker
    if (isGone(this.lists.speaker, deviceId)) {
      this.do({ on: 'chose', part: 'speaker', choice: this.lists.speaker[0]!, insteadOf: label })
      this.host.deviceChanged('speaker', this.lists.speaker[0]!)
    }
  }

  private async lost(kind: Captured): Promise<void> {
    const { deviceId, label } = this.test.steps[kind]
    this.letGo(kind)
    const order = this.orders[kind]
    await this.list()
    if (order !== this.orders[kind]) return
    const then = afterLoss(this.lists[kind], deviceId)
    if ('take' in then) await this.take(kind, then.take, label)
    else this.do({ on: 'lost', part: kind, reason: then.reason })
  }

  // --- what one can press ----------------------------------------------------------------------------------------------

  async choose(kind: Kind, deviceId: string): Promise<void> {
    const choice = this.lists[kind].find(choice => choice.deviceId === deviceId) ?? (kind === 'speaker' ? { deviceId: '', label: '' } : undefined)
    if (!choice) return
    this.chosen[kind] = choice
    keep(KEPT, this.chosen)
    this.host.deviceChanged(kind, choice)
    if (kind !== 'speaker') return this.take(kind, choice)
    this.tone = 'idle'
    this.do({ on: 'chose', part: kind, choice })
  }

  /** The browser's own list of outputs, where it has one. */
  async chooseSpeaker(): Promise<void> {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices & { selectAudioOutput?(): Promise<MediaDeviceInfo> } }
    const device = await mediaDevices?.selectAudioOutput?.().catch(() => undefined)
    if (!device) return // nothing was chosen
    const { deviceId, label } = device
    if (this.lists.speaker.every(choice => choice.deviceId !== deviceId)) this.lists.speaker = [...this.lists.speaker, { deviceId, label }]
    await this.choose('speaker', deviceId)
  }

  async again(kind: Captured): Promise<void> {
    const step = this.test.steps[kind]
    if (!this.held[kind]) {
      const { deviceId, label = '' } = step
      const isThere = this.lists[kind].some(choice => choice.deviceId === deviceId)
      await this.take(kind, isThere ? { deviceId: deviceId!, label } : undefined)
      return this.list()
    }
    this.follow(kind, this.held[kind])
    this.do({ on: 'again', part: kind })
  }

  async playTone(): Promise<void> {
    if (this.tone === 'playing') return
    const { run } = this.orders
    this.tone = 'playing'
    this.deafUntil = Infinity
    this.do({ on: 'again', part: 'speaker' })
    const failed = await playTone(this.test.steps.speaker.deviceId ?? '').catch((error: Error) => error)
    this.deafUntil = performance.now() + ECHO_MS
    if (run !== this.orders.run) return
    this.tone = failed ? 'idle' : 'asking'
    if (failed) this.do({ on: 'verdict', part: 'speaker', reason: 'broken' })
    else this.host.changed()
  }

  /** Did somebody hear the test sound? */
  answer(isHeard: boolean): void {
    this.tone = 'idle'
    this.do({ on: 'verdict', part: 'speaker', reason: isHeard ? undefined : 'not-heard' })
  }

  // --- the connection --------------------------------------------------------------------------------------------------

  /** To be called whenever the room's view changes: a connection that comes back is tested then. */
  roomIs(room: RoomModel | undefined): void {
    if (this.test.phase !== 'testing') return
    const isUp = room?.view.phase === 'in' && room.view.link.state === 'connected'
    const now = room && (isUp ? room : 'offline')
    if (now === this.travelled) return
    this.travelled = now
    this.tripMs = undefined
    if (now) this.do({ on: 'again', part: 'connection' })
    if (now === 'offline') this.do({ on: 'verdict', part: 'connection', reason: 'offline' })
    else if (now) void this.travel(now)
  }

  private async travel(room: RoomModel): Promise<void> {
    const isLate = () => this.travelled !== room
    const trips: number[] = []
    try {
      while (trips.length < TRIPS && !isLate()) trips.push(await roundTrip(room))
    } catch {
      if (!isLate()) this.do({ on: 'verdict', part: 'connection', reason: 'no-answer' })
      return
    }
    if (isLate()) return
    this.tripMs = median(trips)
    this.do({ on: 'verdict', part: 'connection', reason: verdictOf(this.tripMs) })
  }

  // --- looking ---------------------------------------------------------------------------------------------------------

  private beat(): void {
    const now = performance.now()
    this.beats += 1
    // Browsers show nothing to a page out of sight: that is no fault of the camera.
    if (document.hidden) return void this.eyes!.forget()
    if (this.held.microphone) this.listen(now)
    if (this.held.camera && this.beats % LOOK_EVERY === 0) this.verdict('camera', this.eyes!.look(now).state)
    this.beatAt = now
    if (!this.host.isCalm || this.beats % CALM_EVERY === 0) this.host.changed()
  }

  private listen(now: number): void {
    if (!this.ears) return
    const level = meterOf(this.ears.listen(now - this.beatAt, now < this.deafUntil))
    this.meter = Math.max(level, this.meter - FALL)
    const { state } = this.ears.hearing
    this.verdict('microphone', state === 'heard' ? state : this.held.microphone!.muted ? 'muted' : state)
  }

  private verdict(part: Captured, state: 'waiting' | 'seen' | 'heard' | Reason): void {
    if (state !== 'waiting') this.do({ on: 'verdict', part, reason: state === 'seen' || state === 'heard' ? undefined : state })
  }
}
