// Whether the reader may speak now, and what is in the way.
import type { Kicked, Outcome, RoomMessage, RoomView } from '../../model/types.js'

export type Standing =
  | { kind: 'open' }
  /** We are coming in: he may type already. */
  | { kind: 'entering' }
  /** The connection is away; what is sent waits for it. */
  | { kind: 'away' }
  | { kind: 'guest' }
  | { kind: 'muted'; until: number }
  | { kind: 'mute-all' }
  | { kind: 'out'; why: Outcome['why'] | Kicked; outcome?: Outcome }

export function standingOf(view: RoomView | undefined, now: number): Standing {
  if (!view) return { kind: 'entering' }
  const { phase, outcome, kicked, me, rules, link } = view
  if (kicked) return { kind: 'out', why: kicked }
  if (phase === 'out') return { kind: 'out', why: outcome?.why ?? 'removed', ...(outcome && { outcome }) }
  if (phase !== 'in') return { kind: 'entering' }
  if (!me.loggedIn) return { kind: 'guest' }
  if (me.mutedUntil > now) return { kind: 'muted', until: me.mutedUntil }
  if (rules.muteAll && !me.mayModerate) return { kind: 'mute-all' }
  return { kind: link.state === 'connected' ? 'open' : 'away' }
}

/** Until when slow mode keeps me silent, after the news about a message of mine. */
export function slowUntil(before: number, { delivery, failure }: RoomMessage, { rules, me }: RoomView, now: number): number {
  if (failure?.cause === 'slow_mode') return now + (failure.retryAfter ?? rules.slowMode) * 1000
  if (rules.slowMode === 0 || me.mayModerate) return 0
  // It counts from the moment when it is said; while its answer is on the way, a second one could only fail.
  if (delivery === 'said' || delivery === 'pending') return now + rules.slowMode * 1000
  return delivery === 'failed' ? 0 : before
}
