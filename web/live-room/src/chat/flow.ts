// Between the room and the list: what happens waits here until it is shown, at most ten times per second. In a flood
// the newest ordinary messages are shown and the others counted; what matters to somebody in particular always is.
import type { HouseLine, Person, RoomMessage } from '../model/types.js'

export type Item = { kind: 'message'; message: RoomMessage } | { kind: 'came' | 'went'; people: Person[] } | { kind: 'line'; line: HouseLine }

const FLUSH_MS = 100
/** What eyes can follow, roughly; and how many may come at once without loss (a short lost connection). */
const RATE_PER_S = 30
const BURST = 60
/** History, and what was missed while we were away: no more than the list shows. */
const LATE_MAX = 200
/** Nobody flushes while the tab is hidden. */
const WAITING_MAX = 1000

export class Flow {
  private waiting: Item[] = []
  private tokens = BURST
  private at = 0
  private lost = 0

  add(item: Item): void {
    this.waiting.push(item)
    if (this.waiting.length >= 2 * WAITING_MAX) this.waiting = this.newest(this.waiting, WAITING_MAX, LATE_MAX)
  }

  get size(): number {
    return this.waiting.length
  }

  /** In how many milliseconds the next flush may be. */
  waitMs(now: number): number {
    return Math.max(0, this.at + FLUSH_MS - Math.max(now, this.at))
  }

  /** What is to be shown now, in order, and how many messages were passed over. */
  flush(now: number): { items: Item[]; skipped: number } {
    this.tokens = Math.min(BURST, this.tokens + (Math.max(0, now - this.at) * RATE_PER_S) / 1000)
    this.at = now
    const { waiting } = this
    this.waiting = []
    const items = this.newest(waiting, Math.floor(this.tokens), LATE_MAX, used => (this.tokens -= used))
    const skipped = this.lost
    this.lost = 0
    return { items, skipped }
  }

  private newest(items: Item[], freshMax: number, lateMax: number, used: (count: number) => void = () => {}): Item[] {
    let [fresh, late] = [0, 0]
    const kept: Item[] = []
    for (let index = items.length - 1; index >= 0; index -= 1) {
      const item = items[index]!
      if (item.kind === 'message' && isOrdinary(item.message)) {
        const { earlier, stale } = item.message
        if (earlier || stale ? ++late > lateMax : ++fresh > freshMax) {
          this.lost += 1
          continue
        }
      }
      kept.push(item)
    }
    used(Math.min(fresh, freshMax))
    return kept.reverse()
  }
}

const isOrdinary = ({ mine, mentionsMe, kind, from }: RoomMessage): boolean =>
  !mine && !mentionsMe && kind === 'text' && from.role !== 'owner' && from.role !== 'admin'
