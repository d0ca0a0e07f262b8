// What a player shows: the element with a CDN's lines, or a stream that an adapter brings.
import { EVENT } from '../constants.js'
import type { RtcAdapter, Tell } from '../adapter.js'
import { fetchElement, TAG, type PlayerElement } from './element.js'
import { errorOf, posterOf, type PlayerConfig } from './look.js'
import type { CdnLine, RoomAddress } from './url.js'

/** Something in the page that plays. */
export interface Screen {
  readonly video: HTMLVideoElement
  readonly isPlaying: boolean
  play(): Promise<void>
  pause(): void
  stop(): void
}

const style = (element: HTMLElement, name: string, value: string) => element.style.setProperty(name, value)

/** Before the first `cdnScreen`. */
export async function fetchPlayer(): Promise<void> {
  if (!customElements.get(TAG)) await fetchElement()
}

/** CDN lines in a `<live-player>`. It has buttons of its own. */
export function cdnScreen(box: HTMLElement, lines: CdnLine[], config: PlayerConfig, tell: Tell): Screen {
  const element = document.createElement(TAG) as PlayerElement
  let seen = ''
  const hear = (name: string, heard: (detail: any) => void) => element.addEventListener(name, event => heard((event as CustomEvent).detail))
  hear('player-state', ({ state }) => {
    if (state === 'playing') tell(EVENT.PLAYER_PLAYING)
    else if (state === 'stalled') tell(EVENT.PLAYER_WAITING)
    else if (/paused|ended/.test(state) && /playing|stalled/.test(seen)) tell(EVENT.PLAYER_PAUSE)
    seen = state
  })
  // As long as there is another line to try, the page is not troubled; and not again while the element keeps trying.
  hear('player-error', ({ message, isLost }) => {
    if (!isLost || seen === 'error') return
    const error = errorOf(element.video.error?.code, message)
    const words = config.wording?.[error.code]
    if (words) element.words = { player: { failed: words, trying: '' } }
    tell(EVENT.PLAYER_ERROR, error)
  })
  hear('autoplay-blocked', () => tell(EVENT.PLAYER_AUTOPLAY_NOT_ALLOWED))
  const { src, fit } = posterOf(config.poster)
  style(element, '--lr-poster-fit', fit)
  // The box may have a height of its own or none: then the element's shape counts.
  if (box.clientHeight) style(element, 'block-size', '100%')
  element.poster = src
  element.noAutoplay = !config.autoplay
  // WHEP needs an engine that the page has given to the element.
  const { engines = {} } = element.constructor as { engines?: object }
  element.lines = lines.filter(({ kind }) => kind !== 'whep' || Object.hasOwn(engines, kind))
  box.append(element)
  return {
    get video() {
      return element.video
    },
    get isPlaying() {
      return element.state === 'playing'
    },
    play: () => element.play(),
    pause: () => element.pause(),
    stop: () => {
      element.stop?.()
      element.remove()
    },
  }
}

/** A stream of an adapter in a plain video. */
export async function rtcScreen(box: HTMLElement, room: RoomAddress, adapter: RtcAdapter, tell: Tell): Promise<Screen> {
  const running = await adapter.play!(room, tell)
  const video = videoIn(box, running.stream)
  for (const [event, name] of [['playing', EVENT.PLAYER_PLAYING], ['pause', EVENT.PLAYER_PAUSE], ['waiting', EVENT.PLAYER_WAITING]] as const) {
    video.addEventListener(event, () => tell(name))
  }
  const play = () =>
    video.play().catch((error: DOMException) => {
      if (error.name === 'NotAllowedError') tell(EVENT.PLAYER_AUTOPLAY_NOT_ALLOWED)
    })
  void play()
  return {
    video,
    get isPlaying() {
      return !video.paused
    },
    play,
    pause: () => video.pause(),
    stop: () => {
      void running.stop()
      video.srcObject = null
      video.remove()
    },
  }
}

/** A video of a stream that fills its box. */
export function videoIn(box: HTMLElement, stream: MediaStream): HTMLVideoElement {
  const video = document.createElement('video')
  video.playsInline = true
  video.srcObject = stream
  style(video, 'display', 'block')
  style(video, 'inline-size', '100%')
  if (box.clientHeight) style(video, 'block-size', '100%')
  box.append(video)
  return video
}
