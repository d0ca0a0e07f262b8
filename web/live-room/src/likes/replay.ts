// When the hearts of other people rise. Pure: times are arguments, in ms.

/** About six per second, however many people tap. */
export const EVERY_MS = 170
/** The server tells taps about once per second: what does not fit before it tells again is only counted. */
const AHEAD_MS = 1000

/** Times for `taps` hearts that were told just now; `last` is the time of the last one that was planned before. */
export function heartTimes(taps: number, now: number, last: number): number[] {
  const times: number[] = []
  for (let at = Math.max(now, last + EVERY_MS); times.length < taps && at < now + AHEAD_MS; at += EVERY_MS) times.push(at)
  return times
}
