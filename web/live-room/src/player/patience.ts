// When to wait, when to connect again, when to take the next line. No clock and no randomness in here: both are arguments.

/** No picture for so long, and the reader is told. */
const NOTICED_MS = 1000
/** No picture for so long, and we connect again (spec 1.5). */
const STALL_MS = 3000
/** A line must show its first picture within this: a few segments of HLS and a slow phone. */
const LOAD_MS = 10_000
/** After so long a steady picture what went wrong before is forgotten. */
const STEADY_MS = 10_000
const RETRY_MS = 500
const RETRY_MS_MAX = 30_000
/** So many tries for a line that has played, or is the only one; another gets one, since the next may be well. */
const TRIES = 3

export interface Patience {
  /** `held`: the reader has paused, or the browser wants a tap. `resting`: the next try is at `retryAt`. */
  readonly phase: 'off' | 'held' | 'loading' | 'playing' | 'stalled' | 'resting'
  readonly line: number
  /** The line that the reader or the page wants. */
  readonly preferred: number
  /** Raised whenever `line` is to be loaded. */
  readonly loads: number
  /** When the picture last moved; before that, when loading began. */
  readonly movedAt: number
  /** Since when it has moved without a rest. */
  readonly steadySince: number
  readonly retryAt: number
  /** Failures of this line, and of all lines, since a steady picture. */
  readonly tries: number
  readonly failures: number
  /** Lines given up since then: all of them is `isLost`. */
  readonly givenUp: number
  readonly hasPlayed: boolean
  /** Every line has failed. We go on trying, but the reader must know. */
  readonly isLost: boolean
}

/** What a step may need to know. `spread` is a random number from 0 to 1. */
export interface Around {
  now: number
  /** How many lines there are. */
  lines: number
  spread: number
}

const FORGIVEN = { tries: 0, failures: 0, givenUp: 0, isLost: false, retryAt: 0 }

export const OFF: Patience = { phase: 'off', line: 0, preferred: 0, loads: 0, movedAt: 0, steadySince: 0, hasPlayed: false, ...FORGIVEN }

/** Loads a line because somebody wants it; it is the preferred one from now on. */
export const choose = (state: Patience, line: number, now: number): Patience => load({ ...state, ...FORGIVEN, line, preferred: line, hasPlayed: false }, now)

/** Begins anew with the line that was chosen last. */
export const again = (state: Patience, now: number): Patience => choose(state, state.preferred, now)

/** The list of lines has changed: the line that plays stands elsewhere now. */
export const moveTo = (state: Patience, line: number): Patience => ({ ...state, line, preferred: line })

export const off = (state: Patience): Patience => ({ ...state, ...FORGIVEN, phase: 'off', hasPlayed: false })

/** Time does not count until `release`. What is not loaded is not held, it is begun anew. */
export const hold = (state: Patience): Patience => (state.phase === 'off' ? state : state.phase === 'resting' ? off(state) : { ...state, phase: 'held' })

/** Goes on after `hold` with what is loaded. */
export const release = (state: Patience, now: number): Patience => (state.phase === 'held' ? { ...state, phase: 'loading', movedAt: now } : state)

/** Nothing can be said against a line that nobody sees: the time of a hidden page does not count. */
export const excuse = (state: Patience, now: number): Patience => (state.phase === 'loading' ? { ...state, movedAt: now } : state)

/** The picture has moved. */
export function moved(state: Patience, now: number): Patience {
  if (state.phase !== 'loading' && state.phase !== 'playing' && state.phase !== 'stalled') return state
  const steadySince = state.phase === 'playing' ? state.steadySince : now
  const isSteady = now - steadySince >= STEADY_MS
  return { ...state, ...(isSteady && FORGIVEN), phase: 'playing', hasPlayed: true, isLost: false, steadySince, movedAt: now }
}

/** The line has failed. `isHopeless`: trying it again would not help. */
export function failed(state: Patience, { now, lines, spread }: Around, isHopeless = false): Patience {
  if (state.phase === 'off' || state.phase === 'resting' || lines === 0) return state
  const tries = state.tries + 1
  const failures = state.failures + 1
  const allowed = isHopeless ? 1 : state.hasPlayed || lines === 1 ? TRIES : 1
  const givesUp = tries >= allowed
  const givenUp = state.givenUp + (givesUp ? 1 : 0)
  const isLost = state.isLost || givenUp >= lines
  const wait = givesUp && !isLost ? 0 : Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MS_MAX) * (0.75 + spread / 2)
  return {
    ...state,
    ...(givesUp && { line: (state.line + 1) % lines, hasPlayed: false }),
    phase: 'resting',
    tries: givesUp ? 0 : tries,
    failures,
    givenUp,
    isLost,
    retryAt: isHopeless && lines === 1 ? Infinity : now + wait,
  }
}

/** Time passes. Call it a few times per second. */
export function tick(state: Patience, around: Around): Patience {
  const { now } = around
  const still = now - state.movedAt
  switch (state.phase) {
    case 'resting':
      return now >= state.retryAt ? load(state, now) : state
    case 'loading':
      return still >= LOAD_MS ? failed(state, around) : state
    case 'playing':
    case 'stalled':
      if (still >= STALL_MS) return failed(state, around)
      return still >= NOTICED_MS ? { ...state, phase: 'stalled' } : state
    default:
      return state
  }
}

/** The network is back: no reason to wait. */
export const hurry = (state: Patience, now: number): Patience => (state.phase === 'resting' && state.retryAt !== Infinity ? load(state, now) : state)

const load = (state: Patience, now: number): Patience => ({ ...state, phase: 'loading', loads: state.loads + 1, movedAt: now, steadySince: now })
