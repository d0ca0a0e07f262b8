import type { StartEngine } from './engine.js'

/** Apple's own player keeps about so far behind the newest segment. */
const TARGET_S = 8

/** What the browser plays itself: files, and HLS in Safari. */
export const native: StartEngine = (video, { url }) => {
  video.src = url
  return {
    live() {
      const { seekable, duration, currentTime } = video
      return duration === Infinity && seekable.length ? { latency: seekable.end(seekable.length - 1) - currentTime, target: TARGET_S } : undefined
    },
    stop() {
      video.removeAttribute('src')
      video.load()
    },
  }
}
