import type { Engines } from './engine.js'
import { loadFlv, loadHls } from './lazy.js'
import { native } from './native.js'

/** Only Safari's own player is as good as hls.js; it alone has a media source that is managed, or none. */
const playsHls = (video: HTMLVideoElement): boolean =>
  video.canPlayType('application/vnd.apple.mpegurl') !== '' && ('ManagedMediaSource' in globalThis || !('MediaSource' in globalThis))

export const ENGINES: Engines = {
  file: native,
  hls: async (video, line, reports) => (playsHls(video) ? native : await loadHls())(video, line, reports),
  flv: async (video, line, reports) => (await loadFlv())(video, line, reports),
}
