import { brightestOf, seenAfter, unseen, type Sight } from './seeing.js'

/** Few pixels are enough to see whether it is dark. */
const [WIDTH, HEIGHT] = [32, 18]

/** Shows a camera, and looks at what it sends. */
export class Eyes {
  readonly video = document.createElement('video')
  sight: Sight = unseen
  private track?: MediaStreamTrack | undefined
  private readonly canvas = document.createElement('canvas')

  constructor() {
    const { video, canvas } = this
    Object.assign(video, { muted: true, playsInline: true, autoplay: true })
    Object.assign(canvas, { width: WIDTH, height: HEIGHT })
  }

  /** `undefined`: nothing to see. */
  follow(track: MediaStreamTrack | undefined): void {
    this.track = track
    this.forget()
    this.video.srcObject = track ? new MediaStream([track]) : null
    if (track) void this.video.play().catch(() => {}) // it begins by itself when it is in the page
  }

  /** What was seen so far says nothing about what comes. */
  forget(): void {
    this.sight = unseen
  }

  look(at: number): Sight {
    const { track, video } = this
    if (!track) return this.sight
    const brightest = this.brightest()
    const frames = video.getVideoPlaybackQuality().totalVideoFrames
    return (this.sight = seenAfter(this.sight, { at, frames, isMuted: track.muted, ...(brightest !== undefined && { brightest }) }))
  }

  private brightest(): number | undefined {
    const { video, canvas } = this
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    if (!pen || video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined
    pen.drawImage(video, 0, 0, WIDTH, HEIGHT)
    return brightestOf(pen.getImageData(0, 0, WIDTH, HEIGHT).data)
  }
}
