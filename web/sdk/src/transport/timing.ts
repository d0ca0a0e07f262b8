/** All waiting times of the transport, in milliseconds. The first block is the protocol's (docs/protocol.md 3 and 8). */
export interface Timing {
  backoffFirst: number
  backoffMax: number
  /** A connection that lived for so long begins the back-off anew. */
  provenAfter: number
  /** For how long a ping may stay without any frame from the server. */
  pingAnswer: number

  /** How long to wait at most while somebody waits for an answer: few do at once, and they look at the screen. A guess. */
  impatience: number
  /** For how long a connection may take to open. A guess: a slow mobile network needs some seconds. */
  open: number
  /** For how long a request is tried, over as many connections as it takes. */
  request: number
  /** How often taps are sent at most. */
  tap: number
  /** After how many failed tries in a row guests read in another way. */
  fallbackAfterTries: number
  /** The length of a slice: how often the next one is asked for. */
  slice: number
}

export const TIMING: Readonly<Timing> = {
  backoffFirst: 1000,
  backoffMax: 30_000,
  provenAfter: 10_000,
  pingAnswer: 5000,
  impatience: 3000,
  open: 10_000,
  request: 30_000,
  tap: 1000,
  fallbackAfterTries: 2,
  slice: 1000,
}
