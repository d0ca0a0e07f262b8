/** As many hearts as one event may bring: pages play each. */
const SHOWN_MAX = 20

/** Likes that a room has counted: which of them are somebody else's. */
export class Taps {
  #mine = 0

  tapped(): void {
    this.#mine++
  }

  /** One that was never counted. */
  lost(): void {
    this.#mine = Math.max(0, this.#mine - 1)
  }

  /** How many hearts others sent, of `add` new likes. */
  others(add: number): number {
    const own = Math.min(this.#mine, add)
    this.#mine -= own
    return Math.min(add - own, SHOWN_MAX)
  }
}
