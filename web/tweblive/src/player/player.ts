import type { RtcAdapter } from '../adapter.js'
import { Emitter } from '../emitter.js'
import { bad, CODE, TWebLiveError } from '../errors.js'
import { volumeOf, type PlayerConfig } from './look.js'
import { cdnScreen, fetchPlayer, rtcScreen, type Screen } from './screens.js'
import { parseLiveUrl } from './url.js'

export interface PlayerOptions {
  /** Ours: plays `room://` addresses. */
  adapter?: RtcAdapter
}

const NO_ADAPTER = 'room:// needs a WebRTC adapter: createPlayer({ adapter })'

/** Plays a broadcast in an element of the page. */
export class Player extends Emitter {
  #boxId = ''
  #config: PlayerConfig = {}
  #screen: Screen | undefined
  #volume: number | undefined
  #muted: boolean | undefined
  /** Counts starts and stops: what is fetched for one of them is not shown in another. */
  #turn = 0

  constructor(private readonly options: PlayerOptions = {}) {
    super()
  }

  /** The `id` of the element that the video is put into. */
  setRenderView({ elementID }: { elementID: string }): void {
    this.#boxId = elementID
  }

  /** Before `startPlay`; for CDN addresses. */
  setCustomConfig(config: PlayerConfig): void {
    this.#config = { ...config }
  }

  /** Resolves when the player is there; `PLAYER_PLAYING` tells of the first picture. Another start ends the one before. */
  async startPlay(url: string): Promise<void> {
    const address = parseLiveUrl(url, typeof MediaSource !== 'undefined')
    if (address.kind === 'room' && !this.options.adapter?.play) throw new TWebLiveError(CODE.NEEDS_ADAPTER, NO_ADAPTER)
    const box = document.getElementById(this.#boxId)
    if (!box) throw bad(this.#boxId ? `there is no element with the id "${this.#boxId}"` : 'call setRenderView first')
    this.stopPlay()
    const turn = this.#turn
    const isWanted = () => turn === this.#turn
    const tell = (name: string, data?: unknown) => isWanted() && this.tell(name, data)
    if (address.kind === 'cdn') {
      await fetchPlayer()
      if (isWanted()) this.#screen = cdnScreen(box, address.lines, this.#config, tell)
    } else {
      const screen = await rtcScreen(box, address.room, this.options.adapter!, tell)
      if (isWanted()) this.#screen = screen
      else screen.stop()
    }
    this.#sound()
  }

  /** Stops, and takes the video out of the page. */
  stopPlay(): void {
    this.#turn++
    this.#screen?.stop()
    this.#screen = undefined
  }

  isPlaying(): boolean {
    return this.#screen?.isPlaying ?? false
  }

  async pauseVideo(): Promise<void> {
    this.#screen?.pause()
  }

  async resumeVideo(): Promise<void> {
    await this.#screen?.play()
  }

  async pauseAudio(): Promise<void> {
    this.#muted = true
    this.#sound()
  }

  async resumeAudio(): Promise<void> {
    this.#muted = false
    this.#sound()
  }

  /** 0 to 100; 0 is mute. */
  setPlayoutVolume(volume: number): void {
    const wanted = volumeOf(volume)
    if (wanted === undefined) return
    this.#volume = wanted
    this.#muted = wanted === 0
    this.#sound()
  }

  /** In a click after `PLAYER_AUTOPLAY_NOT_ALLOWED`: plays, with sound. */
  async resumePlay(): Promise<void> {
    if (!this.#screen) return
    if (this.#volume !== 0) this.#screen.video.muted = this.#muted = false
    await this.#screen.play()
  }

  #sound(): void {
    const video = this.#screen?.video
    if (!video) return
    if (this.#volume !== undefined) video.volume = this.#volume
    if (this.#muted !== undefined) video.muted = this.#muted
  }
}

export const createPlayer = (options?: PlayerOptions): Player => new Player(options)
