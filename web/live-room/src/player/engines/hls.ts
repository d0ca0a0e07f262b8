// HLS by hls.js: its light build, without separate sound tracks and subtitles.
import type FullHls from 'hls.js'
import type { Level } from 'hls.js'
// @ts-expect-error: the light build comes without types; what we use of it is that of the full one
import LightHls from 'hls.js/light'
import type { StartEngine } from './engine.js'

const Hls = LightHls as typeof FullHls

/** A playlist that does not come is a failure at once: the player has its own patience and other lines. */
const ONCE = { default: { maxTimeToFirstByteMs: 8000, maxLoadTimeMs: 10_000, timeoutRetry: null, errorRetry: null } }

const hls: StartEngine = (video, { url }, reports) => {
  if (!Hls.isSupported()) throw new Error('this browser has no media source')
  // No worker: it would need `worker-src blob:` and a Trusted Types policy of the page.
  const library = new Hls({ enableWorker: false, lowLatencyMode: true, liveDurationInfinity: true, backBufferLength: 30, manifestLoadPolicy: ONCE })
  const { ERROR, MANIFEST_PARSED, LEVEL_SWITCHED } = Hls.Events
  library.on(ERROR, (_, { fatal, details, error }) => fatal && reports.failed(`${details}: ${error.message}`))
  library.on(MANIFEST_PARSED, reports.changed)
  library.on(LEVEL_SWITCHED, reports.changed)
  library.loadSource(url)
  library.attachMedia(video)
  return {
    live() {
      if (!library.latestLevelDetails?.live) return undefined
      // Its own `latency` is that of the last `timeupdate`: after a jump it would make us jump again.
      const target = library.targetLatency ?? 0
      return { latency: target + (library.liveSyncPosition ?? video.currentTime) - video.currentTime, target }
    },
    get qualities() {
      return library.levels.map(qualityOf)
    },
    get quality() {
      return library.autoLevelEnabled ? -1 : library.loadLevel
    },
    set quality(index: number) {
      library.nextLevel = index
      reports.changed()
    },
    stop: () => library.destroy(),
  }
}

const qualityOf = ({ height, name, bitrate }: Level): string => (height ? `${height}p` : name || `${Math.round(bitrate / 1000)} kbit/s`)

export default hls
