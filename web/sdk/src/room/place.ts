// Where a client is in what happened in a room (docs/protocol.md 4 and 5). Pure: a place and a frame give a place, what is
// new, and the hole, if there is one. Numbers grow over epochs too, so they alone say what is new.
import type { Batch, JoinAnswer, Place, RoomEvent, Skipped } from '../wire.js'

export interface Hole {
  from: number
  to?: number
  reason: 'skipped' | 'not_covered'
}

export interface Step {
  place: Place
  fresh: RoomEvent[]
  hole?: Hole
}

const newerThan = (seq: number, events: readonly RoomEvent[]): RoomEvent[] => events.filter(event => event.seq > seq)

/** A batch covers all numbers after `after` up to `seq`. */
export function batch(here: Place, frame: Pick<Batch, 'epoch' | 'after' | 'seq' | 'events'>): Step {
  if (frame.seq <= here.seq) return { place: here, fresh: [] } // told already
  const step: Step = { place: { epoch: frame.epoch, seq: frame.seq }, fresh: newerThan(here.seq, frame.events) }
  if (frame.after > here.seq) step.hole = { from: here.seq + 1, to: frame.after, reason: 'skipped' }
  return step
}

/** Numbers that we are not told. Those that we know are no hole; those before them that we do not know belong to it. */
export function skip(here: Place, frame: Skipped): Step {
  const { to } = frame.skipped
  if (to <= here.seq) return { place: here, fresh: [] }
  return { place: { epoch: frame.epoch, seq: to }, fresh: [], hole: { from: here.seq + 1, to, reason: 'skipped' } }
}

/** The answer to a `join`, with the place that was given, if one was. */
export function arrive(given: Place | undefined, answer: JoinAnswer): Step {
  if (answer.resumed && given) {
    return batch(given, { ...answer, after: answer.after ?? given.seq, events: answer.events ?? [] })
  }
  // Numbers never go back on a server. Where they do, it is another one, and what we know says nothing about its numbers.
  const known = given && given.seq <= answer.seq ? given.seq : -1
  const step: Step = { place: { epoch: answer.epoch, seq: answer.seq }, fresh: newerThan(known, answer.recent ?? []) }
  // A place that is the answer's own, and that the server does not call lost, is no hole.
  if (given && (answer.gap || answer.seq !== given.seq)) {
    const from = given.seq + 1
    const to = (step.fresh[0]?.seq ?? answer.seq + 1) - 1
    step.hole = { from, reason: 'not_covered', ...(to >= from && { to }) }
  }
  return step
}
