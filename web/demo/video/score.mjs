// What is played: the opening of Erik Satie's Gymnopédie No. 1 (1888, in the public domain), two bars of chords and the
// first phrase. The chords swing between two bars, so the end leads into the beginning.

export const LOOP_S = 24
export const BEAT_S = 0.8
const BEATS_PER_BAR = 3

/** Bass, and the chord above it, of every first and second bar. MIDI numbers. */
const SWING = [
  { bass: 43, chord: [59, 62, 66] },
  { bass: 38, chord: [57, 61, 66] },
]

/** [bar, beat, MIDI number, beats] */
const MELODY = [
  [2, 1, 78, 1],
  [2, 2, 81, 1],
  [3, 0, 79, 1],
  [3, 1, 78, 1],
  [3, 2, 73, 1],
  [4, 0, 71, 1],
  [4, 1, 73, 1],
  [4, 2, 74, 1],
  [5, 0, 69, 3],
  [6, 0, 66, 12],
]

/** All notes in the order of time: `{ at, long, midi, loud, hand }`, seconds, `loud` from 0 to 1. */
export function notes() {
  const bars = Math.round(LOOP_S / BEAT_S / BEATS_PER_BAR)
  const made = []
  const note = (bar, beat, midi, beats, loud, hand) =>
    made.push({ at: (bar * BEATS_PER_BAR + beat) * BEAT_S, long: beats * BEAT_S, midi, loud, hand })
  for (let bar = 0; bar < bars; bar += 1) {
    const { bass, chord } = SWING[bar % SWING.length]
    note(bar, 0, bass, 3, 0.5, 'left')
    // A chord is never struck quite at once.
    chord.forEach((midi, index) => note(bar, 1 + index * 0.012, midi, 2, 0.3, 'left'))
  }
  for (const [bar, beat, midi, beats] of MELODY) note(bar, beat, midi, beats, 0.62 + (midi - 70) * 0.012, 'right')
  return made.sort((first, second) => first.at - second.at)
}
