// What became of the messages of the last minute, as a bar: parts in hundredths that fill it, and lines for the causes.
import type { RoomTally } from '../model/types.js'

export type Fate = 'admitted' | 'pending' | 'rejected' | 'dropped'

export interface Segment {
  fate: Fate
  count: number
  from: number
  width: number
}

export interface CauseCount {
  fate: 'rejected' | 'dropped'
  cause: string
  count: number
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0)

export const counts = ({ admitted, pending, rejected, dropped }: RoomTally): Record<Fate, number> => ({
  admitted,
  pending,
  rejected: sum(rejected),
  dropped: sum(dropped),
})

/** Those that are not empty, side by side, of 100 together; nothing where nothing was said. */
export function segments(tally: RoomTally): Segment[] {
  const all = Object.entries(counts(tally)) as [Fate, number][]
  const whole = all.reduce((total, [, count]) => total + count, 0)
  let from = 0
  return all
    .filter(([, count]) => count > 0)
    .map(([fate, count]) => {
      const segment = { fate, count, from, width: (count / whole) * 100 }
      from += segment.width
      return segment
    })
}

/** Why messages did not get in, the most frequent first. */
export function causes({ rejected, dropped }: RoomTally): CauseCount[] {
  const of = (fate: CauseCount['fate'], counted: Record<string, number>) =>
    Object.entries(counted).map(([cause, count]) => ({ fate, cause, count }))
  return [...of('dropped', dropped), ...of('rejected', rejected)].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
}
