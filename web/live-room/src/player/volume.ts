// What a reader has set, kept for the next video on this site.
import { keep, readKept } from '../base/kept.js'

const KEY = 'plaudit-player'

export function recallVolume(video: HTMLVideoElement): void {
  const { volume, muted } = (readKept(KEY) ?? {}) as { volume?: unknown; muted?: unknown }
  if (typeof volume === 'number' && volume >= 0 && volume <= 1) video.volume = volume
  if (muted === true) video.muted = true
}

export function setVolume(video: HTMLVideoElement, volume: number, muted = false): void {
  video.volume = Math.min(Math.max(volume, 0), 1)
  video.muted = muted
  keep(KEY, { volume: video.volume, muted })
}
