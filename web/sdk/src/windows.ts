import { CODE, IMError } from './errors.js'

/** So many calls in so many milliseconds; the official SDKs refuse more by themselves, with 2996. */
const LIMITS = {
  'write attributes': { calls: 10, windowMs: 5000 },
  'read attributes': { calls: 20, windowMs: 5000 },
  'write counters': { calls: 20, windowMs: 5000 },
  'read counters': { calls: 20, windowMs: 5000 },
} as const

export class Windows {
  private readonly calls = new Map<string, number[]>()

  /** Counts a call, or refuses it. */
  enter(what: keyof typeof LIMITS, now = Date.now()): void {
    const { calls, windowMs } = LIMITS[what]
    const recent = (this.calls.get(what) ?? []).filter(at => at > now - windowMs)
    if (recent.length >= calls) throw new IMError(CODE.TOO_OFTEN, `${what}: at most ${calls} times in ${windowMs / 1000} s`)
    this.calls.set(what, [...recent, now])
  }
}
