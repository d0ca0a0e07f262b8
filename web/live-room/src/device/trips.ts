// How far away the server is. Pure.
import type { ConnectionReason } from './types.js'

/** So many questions, one after the other. */
export const TRIPS = 5
/** What is said takes twice as long as this to come back; over it a talk with the viewers is hard. A guess. */
const SLOW_MS = 600

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

export const verdictOf = (ms: number): ConnectionReason | undefined => (ms > SLOW_MS ? 'slow' : undefined)
