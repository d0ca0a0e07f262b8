import { decibels, heardAfter, unheard, type Hearing } from './hearing.js'

/** About as long as the time between two looks, so that little is missed. */
const SAMPLES = 4096

/** Listens to a microphone. Nothing of it is played. */
export class Ears {
  hearing: Hearing = unheard
  private readonly context = new AudioContext()
  private readonly analyser = this.context.createAnalyser()
  private readonly samples = new Float32Array(SAMPLES)
  private source?: MediaStreamAudioSourceNode | undefined

  constructor() {
    this.analyser.fftSize = SAMPLES
  }

  /** `undefined`: nothing to hear. */
  follow(track: MediaStreamTrack | undefined): void {
    this.source?.disconnect()
    this.source = undefined
    this.hearing = unheard
    if (!track) return
    this.source = this.context.createMediaStreamSource(new MediaStream([track]))
    this.source.connect(this.analyser)
    void this.context.resume()
  }

  /** The level in dBFS; `isDeaf`: what is heard now is our own sound, and proves nothing. */
  listen(ms: number, isDeaf: boolean): number {
    if (!this.source || this.context.state !== 'running') return -Infinity
    this.analyser.getFloatTimeDomainData(this.samples)
    const db = decibels(this.samples)
    if (!isDeaf) this.hearing = heardAfter(this.hearing, db, ms)
    return db
  }

  close(): void {
    this.follow(undefined)
    void this.context.close()
  }
}
