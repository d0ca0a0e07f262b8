// A broadcast in FLV over HTTP or WebSocket, by mpegts.js.
import Mpegts from 'mpegts.js'
import { aheadOf, type StartEngine } from './engine.js'
import { FlvLoader } from './flv-loader.js'

/** FLV comes as it is made; so much in the buffer outlives the usual hiccups. */
const TARGET_S = 1.5
const TARGET_S_MAX = 6

// Bundlers differ in what the default export of such a package is.
const library = (Mpegts.default as typeof Mpegts.default | undefined) ?? (Mpegts as unknown as typeof Mpegts.default)

const flv: StartEngine = (video, { url }, reports) => {
  if (!library.getFeatureList().mseLivePlayback) throw new Error('this browser has no media source')
  library.LoggingControl.applyConfig({ enableAll: false })
  const { ERROR, LOADING_COMPLETE } = library.Events
  const player = library.createPlayer(
    { type: 'flv', isLive: true, url },
    {
      enableWorker: false,
      enableStashBuffer: false,
      lazyLoad: false,
      autoCleanupSourceBuffer: true,
      autoCleanupMaxBackwardDuration: 30,
      autoCleanupMinBackwardDuration: 10,
      ...(url.startsWith('http') && { customLoader: FlvLoader as never }),
    },
  )
  player.on(ERROR, (_type: string, detail: string, info?: { msg?: string }) => reports.failed(`${detail}: ${info?.msg ?? ''}`))
  // The server has closed the stream. Whether the broadcast is over is for the room to say.
  player.on(LOADING_COMPLETE, () => reports.failed('the stream was closed'))
  let target = TARGET_S
  const stumbled = () => {
    if (video.currentTime > 0) target = Math.min(target + 0.5, TARGET_S_MAX)
  }
  video.addEventListener('waiting', stumbled)
  player.attachMediaElement(video)
  player.load()
  return {
    live: () => ({ latency: aheadOf(video), target }),
    stop() {
      video.removeEventListener('waiting', stumbled)
      player.destroy()
    },
  }
}

export default flv
