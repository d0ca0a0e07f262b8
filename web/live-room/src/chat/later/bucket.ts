// How fast one person may speak, before the server has to say so: one message per second, three at once.

const BURST = 3
const REFILL_MS = 1000

export interface Bucket {
  tokens: number
  at: number
}

export const fullBucket = (now: number): Bucket => ({ tokens: BURST, at: now })

const refilled = ({ tokens, at }: Bucket, now: number): number => Math.min(BURST, tokens + Math.max(0, now - at) / REFILL_MS)

/** In how many milliseconds the next message may be sent. */
export const waitMs = (bucket: Bucket, now: number): number => Math.max(0, Math.ceil((1 - refilled(bucket, now)) * REFILL_MS))

/** What is left after one message. Ask `waitMs` first. */
export const take = (bucket: Bucket, now: number): Bucket => ({ tokens: Math.max(0, refilled(bucket, now) - 1), at: now })
