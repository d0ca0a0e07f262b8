import type { RtcAdapter } from '../adapter.js'
import { EVENT } from '../constants.js'
import { Emitter } from '../emitter.js'
import { bad, CODE, TWebLiveError } from '../errors.js'
import { videoIn } from '../player/screens.js'
import { parseLiveUrl, streamOf, type RoomAddress } from '../player/url.js'
import { deviceOf, devices, media, pictureOf, requirements } from './devices.js'

export interface PusherOptions {
  userID: string
  /** The screen instead of the camera. */
  screenCapture?: boolean
  /** The sound of the screen instead of the microphone. */
  screenAudio?: boolean
  /** Ours: sends. This server takes no video yet. */
  adapter?: RtcAdapter
  /** Ours: where a pushed stream can be seen; `{domain}` and `{stream}` are put in. */
  liveStreamURL?: string
}

export interface PusherView {
  elementID: string
  audio?: boolean
  video?: boolean | string
  cameraID?: string
  microphoneID?: string
}

type Kind = 'audio' | 'video'

const LIVE_STREAM_URL = 'https://{domain}/live/{stream}.flv'
const NO_INGEST = 'no ingest: this server takes no video yet; see createPusher({ adapter })'

/** Camera, microphone or screen: shows them in the page, and sends them through an adapter. */
export class Pusher extends Emitter {
  readonly #stream = new MediaStream()
  #video: HTMLVideoElement | undefined
  #picture: unknown = true
  readonly #ids: Partial<Record<Kind, string>> = {}
  #room: RoomAddress = {}
  #running: Awaited<ReturnType<NonNullable<RtcAdapter['push']>>> | undefined

  constructor(private readonly options: PusherOptions) {
    super()
    if (!options?.userID) throw bad('createPusher: userID is missing')
  }

  // --- devices -------------------------------------------------------------------------------------------------------

  /** What the browser can: `{ result, detail }`. */
  async checkSystemRequirements() {
    return requirements()
  }

  getCameraList() {
    return devices('videoinput')
  }

  getMicrophoneList() {
    return devices('audioinput')
  }

  /** Their ids; nothing before one was used. */
  getCurrentCamera(): string | undefined {
    return this.#ids.video
  }

  getCurrentMicrophone(): string | undefined {
    return this.#ids.audio
  }

  /** Takes another one; the one before goes on if it cannot be had. */
  setCurrentCamera(id: string): Promise<void> {
    return this.#turnOn('video', id)
  }

  setCurrentMicrophone(id: string): Promise<void> {
    return this.#turnOn('audio', id)
  }

  // --- what is taken up ----------------------------------------------------------------------------------------------

  /** Takes camera and microphone (or the screen) and shows the picture in the element. */
  async setRenderView(view: PusherView): Promise<void> {
    const { elementID, audio, video, cameraID, microphoneID } = view ?? {}
    const box = document.getElementById(elementID)
    if (!box) throw bad(`there is no element with the id "${elementID}"`)
    this.#picture = video
    const { screenCapture } = this.options
    const wanted: MediaStreamConstraints = { audio: audio ? deviceOf(microphoneID) : false, video: video && !screenCapture ? pictureOf(video, cameraID) : false }
    if (wanted.audio || wanted.video) this.#take(await media().getUserMedia(wanted))
    if (!audio) this.#drop('audio')
    if (!video) this.#drop('video')
    // A microphone that nobody knows of must not stay on.
    else if (screenCapture) await this.startScreenCapture().catch(error => (this.#drop('audio'), Promise.reject(error)))
    this.#show(box)
  }

  startCamera(): Promise<void> {
    return this.#start('video')
  }
  /** Lets go of the camera: its light goes out. */
  async stopCamera(): Promise<void> {
    this.#drop('video')
  }
  startMicrophone(): Promise<void> {
    return this.#start('audio')
  }
  async stopMicrophone(): Promise<void> {
    this.#drop('audio')
  }

  /** Asks which screen or window, and takes it. */
  async startScreenCapture(): Promise<void> {
    const { screenAudio = false } = this.options
    this.#take(await media().getDisplayMedia({ video: true, audio: screenAudio }))
    const track = this.#track('video')
    track?.addEventListener('ended', () => {
      if (this.#track('video') !== track) return
      this.#drop('video')
      this.tell(EVENT.RTC_SCREEN_CAPTURE_STOPPED)
    })
  }
  async stopScreenCapture(): Promise<void> {
    this.#drop('video')
  }

  async #start(kind: Kind): Promise<void> {
    if (kind === 'video' && this.options.screenCapture) return this.#track(kind) ? undefined : this.startScreenCapture()
    if (this.#video && !this.#track(kind)) await this.#turnOn(kind, this.#ids[kind])
  }

  async #turnOn(kind: Kind, id: string | undefined): Promise<void> {
    this.#take(await media().getUserMedia(kind === 'audio' ? { audio: deviceOf(id) } : { video: pictureOf(this.#picture, id) }))
  }

  #track(kind: Kind): MediaStreamTrack | undefined {
    return this.#stream.getTracks().find(track => track.kind === kind)
  }

  #take(taken: MediaStream): void {
    for (const track of taken.getTracks()) {
      const kind = track.kind as Kind
      this.#release(kind)
      this.#stream.addTrack(track)
      this.#ids[kind] = track.getSettings().deviceId ?? this.#ids[kind]
      void this.#running?.replaceTrack?.(kind, track)
    }
  }

  #drop(kind: Kind): void {
    if (this.#release(kind)) void this.#running?.replaceTrack?.(kind, undefined)
  }

  #release(kind: Kind): boolean {
    const track = this.#track(kind)
    if (!track) return false
    this.#stream.removeTrack(track)
    track.stop()
    return true
  }

  #show(box: HTMLElement): void {
    this.#video?.remove()
    const video = (this.#video = videoIn(box, this.#stream))
    const isScreen = this.options.screenCapture === true
    // Nobody wants to hear himself; and he knows himself from the mirror.
    video.muted = true
    video.style.setProperty('object-fit', isScreen ? 'contain' : 'cover')
    if (!isScreen) video.style.setProperty('transform', 'scaleX(-1)')
    void video.play().catch(() => {})
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  /** `room://sdkappid=...&roomid=...&userid=...&usersig=...`; rejected with 990002 as long as there is no adapter. */
  async startPush(url: string): Promise<void> {
    const address = parseLiveUrl(url)
    if (address.kind !== 'room') throw bad('startPush wants an address that begins with room://')
    const { room } = address
    if (room.userid !== this.options.userID) throw bad('userid in the address is not that of createPusher')
    this.#room = room
    const { adapter } = this.options
    if (!adapter?.push) throw new TWebLiveError(CODE.NO_INGEST, NO_INGEST)
    if (!this.#video) throw bad('call setRenderView first')
    await this.stopPush()
    this.#running = await adapter.push(room, this.#stream, (name, data) => this.tell(name, data))
  }

  isPushing(): boolean {
    return this.#running !== undefined
  }

  /** Stops sending. Camera and microphone stay on; `stopCamera` and `stopMicrophone` let go of them. */
  async stopPush(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
  }

  /** Where the stream of the last `startPush` can be seen; empty before. */
  getLiveStreamURL(): string {
    const room = this.#room
    const { liveStreamURL = LIVE_STREAM_URL, screenCapture } = this.options
    if (!room.roomid) return ''
    return liveStreamURL.replace('{domain}', () => room.livedomainname ?? '').replace('{stream}', () => streamOf(room, screenCapture))
  }
}

export const createPusher = (options: PusherOptions): Pusher => new Pusher(options)
