// Is there a picture? From what comes of a camera over time. Pure.
import type { SightReason } from './types.js'

/** 0 to 255: the brightest spot of a covered lens, noise included. */
const BLACK_MAX = 24
/** For how long a picture is black before it is called so: cameras begin black. */
const BLACK_MS = 1500
/** For how long no frame may come. */
const PATIENCE_MS = 5000
/** Frames per second are counted over so long. */
const WINDOW_MS = 2000

/** What is seen at a time. */
export interface Glance {
  /** Milliseconds of any clock that only goes forward. */
  at: number
  /** How many frames have come so far. */
  frames: number
  /** 0 to 255; absent before the first frame. */
  brightest?: number
  isMuted: boolean
}

export interface Sight {
  state: 'waiting' | 'seen' | SightReason
  /** In fact, not as promised; absent until it is known. */
  framesPerS?: number
  glances: readonly Pick<Glance, 'at' | 'frames'>[]
  movedAt: number
  brightAt: number
}

export const unseen: Readonly<Sight> = { state: 'waiting', glances: [], movedAt: 0, brightAt: 0 }

export function seenAfter(sight: Sight, { at, frames, brightest, isMuted }: Glance): Sight {
  const last = sight.glances.at(-1)
  const glances = [...sight.glances.filter(glance => at - glance.at <= WINDOW_MS), { at, frames }]
  const movedAt = !last || frames > last.frames ? at : sight.movedAt
  const isBright = brightest !== undefined && brightest > BLACK_MAX
  // Before the first frame nothing is black.
  const brightAt = isBright || brightest === undefined || sight.brightAt === 0 ? at : sight.brightAt
  const state = isMuted ? 'muted' : at - movedAt >= PATIENCE_MS ? 'no-picture' : isBright ? 'seen' : at - brightAt >= BLACK_MS ? 'black' : sight.state === 'seen' ? 'seen' : 'waiting'
  const first = glances[0]!
  const ms = at - first.at
  return { state, glances, movedAt, brightAt, ...(ms >= WINDOW_MS / 2 && { framesPerS: Math.round(((frames - first.frames) * 1000) / ms) }) }
}

/** The brightest of pixels as a canvas has them: red, green, blue, opacity. */
export function brightestOf(pixels: ArrayLike<number>): number {
  let brightest = 0
  for (let index = 0; index + 2 < pixels.length; index += 4) brightest = Math.max(brightest, 0.3 * pixels[index]! + 0.59 * pixels[index + 1]! + 0.11 * pixels[index + 2]!)
  return brightest
}
