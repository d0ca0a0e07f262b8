import type { RoomView } from '../model/types.js'

/** A connection that stands within this time needs no word. */
const CONNECTING_AFTER_MS = 1000
/** A short break is not worth a word either. */
const RECONNECTING_AFTER_MS = 400
/** For how long the good news stands. */
const RESTORED_MS = 2000

export type Banner =
  | { kind: 'connecting' }
  | { kind: 'offline' }
  | { kind: 'reconnecting'; attempt: number; seconds: number }
  | { kind: 'restored' }

/** What is said of the connection at a time, and when that may change by itself (0: only with the view). */
export function bannerOf({ link, phase }: Pick<RoomView, 'link' | 'phase'>, now: number): { banner?: Banner; changesAt: number } {
  const age = now - link.since
  const later = (after: number, banner: Banner) => (age < after ? { changesAt: link.since + after } : { banner, changesAt: 0 })
  switch (link.state) {
    case 'connecting':
      return phase === 'entering' ? later(CONNECTING_AFTER_MS, { kind: 'connecting' }) : { changesAt: 0 }
    case 'offline':
      return { banner: { kind: 'offline' }, changesAt: 0 }
    case 'reconnecting': {
      if (phase === 'out' || phase === 'idle') return { changesAt: 0 }
      if (age < RECONNECTING_AFTER_MS) return { changesAt: link.since + RECONNECTING_AFTER_MS }
      const left = Math.max(0, link.retryAt - now)
      const seconds = Math.ceil(left / 1000)
      return { banner: { kind: 'reconnecting', attempt: link.attempt, seconds }, changesAt: left > 0 ? now + (left % 1000 || 1000) : 0 }
    }
    case 'connected':
      return link.restored && age < RESTORED_MS ? { banner: { kind: 'restored' }, changesAt: link.since + RESTORED_MS } : { changesAt: 0 }
  }
}

/** 0:07, 12:03, 1:02:03. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (number: number) => String(number).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
