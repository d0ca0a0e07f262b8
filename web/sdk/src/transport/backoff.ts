import type { Timing } from './timing.js'

/** How long to wait before the next try: a random time below a bound that doubles, so that a crowd spreads out. */
export class Backoff {
  private tries = 0

  constructor(
    private readonly timing: Pick<Timing, 'backoffFirst' | 'backoffMax' | 'provenAfter'>,
    private readonly random: () => number = Math.random,
  ) {}

  /** Tries in a row that did not bring a connection worth the name. */
  get failures(): number {
    return this.tries
  }

  /** The wait after a connection that lived for `livedMs`; the server's own wish counts more than ours. */
  next(livedMs: number, wishMs?: number): number {
    if (livedMs >= this.timing.provenAfter) this.tries = 0
    const bound = Math.min(this.timing.backoffFirst * 2 ** this.tries, this.timing.backoffMax)
    this.tries += 1
    return wishMs ?? this.random() * bound
  }
}
