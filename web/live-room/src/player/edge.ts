// How far behind the broadcast we are, and how to come closer without anybody hearing it.

/** In seconds. */
export interface Live {
  /** From the newest that the server has to what is seen. */
  latency: number
  /** The latency that the line is good for: nearer, it would stutter. */
  target: number
}

const RATE_MAX = 1.1
/** Begin to hurry here, so that the rate does not flutter. */
const LATE_S = 0.8
const GOOD_S = 0.1
/** What must lie in the buffer, or hurrying would empty it. */
const AHEAD_S_MIN = 1
/** The reader is offered the way back. */
const BEHIND_S = 5
/** Hurrying would take minutes. */
const JUMP_S = 15

/** How fast to play, 1 to 1.1, given how fast we play now and how much lies ahead. */
export function rateFor({ latency, target }: Live, rate: number, ahead: number): number {
  const late = latency - target
  if (ahead < AHEAD_S_MIN || !(late > (rate > 1 ? GOOD_S : LATE_S))) return 1
  return Math.min(RATE_MAX, 1.02 + Math.round(late * 2) / 100)
}

export const isBehind = ({ latency, target }: Live): boolean => latency - target > BEHIND_S

export const mustJump = ({ latency, target }: Live): boolean => latency - target > JUMP_S
