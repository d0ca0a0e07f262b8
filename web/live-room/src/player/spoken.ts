// What a screen reader hears of the picture. Pure: time is an argument, in ms.
import type { Cover } from './covers.js'

/** A wait that ends sooner needs no word. */
const BUSY_MS = 3000
/** A bad line fails and comes back all the time: the same is told again no sooner. */
const AGAIN_MS = 60_000
/** For so long it stays where a screen reader takes it up; who reads the page finds the same over the picture. */
const KEPT_MS = 5000
/** The large button is there to be found, and a picture speaks for itself. */
const SILENT: readonly Cover[] = ['', 'tap']

export class Spoken {
  /** What is told now; `''`: nothing. */
  kind: Cover = ''
  private seen: Cover = ''
  private since = 0
  private isTold = false
  private readonly last = new Map<Cover, number>()

  /** What lies over the picture at a time; answers whether something else is to be told. */
  see(cover: Cover, now: number): boolean {
    const before = this.kind
    if (cover !== this.seen) {
      this.seen = cover
      this.since = now
      this.isTold = SILENT.includes(cover)
      this.kind = ''
    }
    if (this.kind && now >= this.dueAt) this.kind = ''
    else if (!this.isTold && now >= this.dueAt) {
      this.isTold = true
      this.kind = cover
      this.last.set(cover, now)
    }
    return this.kind !== before
  }

  /** When it must be looked at again; 0: not before it changes. */
  get dueAt(): number {
    const { seen, since, kind, isTold } = this
    const last = this.last.get(seen) ?? -Infinity
    if (kind) return last + KEPT_MS
    return isTold ? 0 : Math.max(since + (seen === 'busy' ? BUSY_MS : 0), last + AGAIN_MS)
  }
}
