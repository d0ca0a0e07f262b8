// What a screen reader is told: every message in a quiet room, a number now and then in a busy one.

export type Level = 'all' | 'some' | 'off'

/** Messages in `WINDOW_MS` beyond which nobody can listen to all of them: about one per second. */
const BUSY_COUNT = 5
const WINDOW_MS = 5000
const SUMMARY_MS = 15_000

interface Heard {
  at: number
  count: number
}

export class Announcer {
  /** The list itself is read out as it grows. */
  live = false
  private lately: Heard[] = []
  private unheard = 0
  private since = 0

  constructor(public level: Level = 'all') {}

  /** So many messages are about to be shown: `live` is then right for them. */
  add(count: number, now: number): void {
    if (count > 0) this.lately.push({ at: now, count })
    const busy = this.isBusy(now)
    if (busy && this.level === 'all') {
      if (this.unheard === 0) this.since = now
      this.unheard += count
    }
    this.live = !busy && this.level === 'all'
  }

  /** When to ask for a summary; 0: there is nothing to tell. */
  get dueAt(): number {
    return this.unheard > 0 ? this.since + SUMMARY_MS : 0
  }

  /** How many messages were not read out since the last summary, once that is due. */
  summary(now: number): number {
    if (this.unheard === 0 || now < this.dueAt) return 0
    const { unheard } = this
    this.unheard = 0
    this.live = this.level === 'all' && !this.isBusy(now)
    return unheard
  }

  set(level: Level): void {
    this.level = level
    this.unheard = 0
    this.live = level === 'all' && this.live
  }

  private isBusy(now: number): boolean {
    this.lately = this.lately.filter(({ at }) => now - at < WINDOW_MS)
    return this.lately.reduce((sum, { count }) => sum + count, 0) > BUSY_COUNT
  }
}
