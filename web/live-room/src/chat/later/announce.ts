// What a screen reader is told: every message in a quiet room, a number now and then in a busy one.

export type Level = 'all' | 'some' | 'off'

/** Messages in `WINDOW_MS` beyond which nobody can listen to all of them: about one per second. */
const BUSY_COUNT = 5
/** So many of those that mean the reader, or are the host's, are told even then. */
const DEAR_COUNT = 3
const WINDOW_MS = 5000
const SUMMARY_MS = 15_000

interface Heard {
  at: number
  count: number
}

/** What of some messages is told: all of them, or only so many of the dear ones. */
export interface Told {
  all: boolean
  dear: number
}

export class Announcer {
  private lately: Heard[] = []
  private dearLately: Heard[] = []
  private unheard = 0
  private since = 0

  constructor(public level: Level = 'all') {}

  /** So many messages are about to be shown; `dear` of them mean the reader or are the host's. */
  add(count: number, dear: number, now: number): Told {
    if (count > 0) this.lately.push({ at: now, count })
    const busy = sum((this.lately = recent(this.lately, now))) > BUSY_COUNT
    if (this.level === 'off') return { all: false, dear: 0 }
    if (this.level === 'all' && !busy) return { all: true, dear }
    this.dearLately = recent(this.dearLately, now)
    const told = Math.min(dear, Math.max(0, DEAR_COUNT - sum(this.dearLately)))
    if (told > 0) this.dearLately.push({ at: now, count: told })
    if (this.level === 'all' && count > told) {
      if (this.unheard === 0) this.since = now
      this.unheard += count - told
    }
    return { all: false, dear: told }
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
    return unheard
  }

  set(level: Level): void {
    this.level = level
    this.unheard = 0
  }
}

const recent = (heard: Heard[], now: number): Heard[] => heard.filter(({ at }) => now - at < WINDOW_MS)
const sum = (heard: Heard[]): number => heard.reduce((sum, { count }) => sum + count, 0)
