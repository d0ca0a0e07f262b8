// What a reader has set, kept for the next video on this site.

const KEY = 'plaudit-player'

export function recallVolume(video: HTMLVideoElement): void {
  try {
    const { volume, muted } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { volume?: unknown; muted?: unknown }
    if (typeof volume === 'number' && volume >= 0 && volume <= 1) video.volume = volume
    if (muted === true) video.muted = true
  } catch {
    // no storage, or not ours: as the browser has it
  }
}

export function setVolume(video: HTMLVideoElement, volume: number, muted = false): void {
  video.volume = Math.min(Math.max(volume, 0), 1)
  video.muted = muted
  try {
    localStorage.setItem(KEY, JSON.stringify({ volume: video.volume, muted }))
  } catch {
    // for this video, then
  }
}
