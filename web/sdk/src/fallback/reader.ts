import { fromWire, type IMError } from '../errors.js'
import type { Batch, JoinAnswer, Place, Skipped, Stands, WireError } from '../wire.js'

/** Reads one room over HTTP, without a session (docs/protocol.md 10). */
export interface Reader {
  stop(): void
}

export interface ReaderEars {
  /** The last place that is known of the room. */
  place(): Place | undefined
  snapshot(answer: JoinAnswer): void
  frame(frame: Batch | Skipped | Stands): void
  /** The server does not let this reader read. */
  refused(error: IMError): void
  /** This way does not work here. */
  useless(): void
}

/** The server's word that there is nothing to read here; a proxy's page with the same status is none. */
export async function refusalIn(response: Response): Promise<IMError | undefined> {
  if (response.status !== 403 && response.status !== 404) return undefined
  const { error } = (await response.json().catch(() => ({}))) as { error?: WireError }
  return error && fromWire(error)
}

/** A wait that ends early when `signal` says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
