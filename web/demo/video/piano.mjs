// The sound of it: every note is a sum of partials that die away, the higher ones sooner; a small room behind it. All is
// added into a ring of one loop's length, so that what still sounds at the end is heard at the beginning.

const PARTIALS_MAX = 18
/** The strings' stiffness: how far partials are from whole multiples. */
const STIFF = 0.00035
/** The damper, when its note and the pedal of its bar are over. */
const DAMP_S = 0.28
const PEDAL_S = 2.4
const TAIL_S = 1.6

/** Left and right, from -1 to 1, of `seconds` at `rate`. */
export function play(notes, { seconds, rate }) {
  const length = seconds * rate
  const sides = [new Float32Array(length), new Float32Array(length)]
  for (const note of notes) strike(sides, note, rate)
  const wet = sides.map((side, index) => room(side, index))
  const mixed = sides.map((side, index) => side.map((dry, at) => dry + 0.22 * wet[index][at]))
  return normal(mixed)
}

function strike(sides, { at, long, midi, loud }, rate) {
  const pitch = 440 * 2 ** ((midi - 69) / 12)
  const start = Math.round(at * rate)
  // The pedal holds it to the end of its bar.
  const until = Math.max(at + long, Math.floor(at / PEDAL_S) * PEDAL_S + PEDAL_S) - at
  const samples = Math.round((until + TAIL_S) * rate)
  const damped = Math.round(until * rate)
  const life = 9 * (110 / pitch) ** 0.55
  // Low strings are left, high ones right, as the player hears them.
  const pan = Math.min(Math.max((midi - 62) / 60 + 0.5, 0.2), 0.8)
  for (let n = 1; n <= PARTIALS_MAX; n += 1) {
    const hertz = pitch * n * Math.sqrt(1 + STIFF * n * n)
    if (hertz > 9_000) break
    // The hammer hits at an eighth of the string: partials with a knot there are weak. Soft blows have few high ones.
    const strength = ((0.35 + Math.abs(Math.sin((Math.PI * n) / 8))) * loud) / n ** (2.2 - loud) / 3
    partial(sides, { start, samples, damped, rate, hertz, strength, pan, life: life / (0.6 + 0.4 * n) })
  }
}

/** One swinging part: a turning vector that shrinks. Two strings, a hair apart, beat softly. */
function partial(sides, { start, samples, damped, rate, hertz, strength, pan, life }) {
  for (const [detune, share] of [[0.9997, 0.55], [1.0003, 0.45]]) {
    const turn = (2 * Math.PI * hertz * detune) / rate
    const shrink = Math.exp(-1 / (life * 0.36 * rate))
    const damp = Math.exp(-1 / (DAMP_S * rate))
    let [cos, sin] = [Math.cos(turn) * shrink, Math.sin(turn) * shrink]
    let [x, y] = [0, strength * share]
    const length = sides[0].length
    const attack = Math.round(rate * 0.004)
    for (let index = 0; index < samples; index += 1) {
      if (index === damped) [cos, sin] = [cos * damp, sin * damp]
      const next = x * cos - y * sin
      y = x * sin + y * cos
      x = next
      const value = index < attack ? x * (index / attack) : x
      const place = (start + index) % length
      sides[0][place] += value * (1 - pan)
      sides[1][place] += value * pan
    }
  }
}

/** Schroeder's room: combs side by side, allpasses behind them. Run twice around the ring, the second time is kept. */
function room(dry, side) {
  const spread = side * 23
  const combs = [1687, 1931, 2053, 2251].map((delay) => ({ line: new Float32Array(delay + spread), at: 0, low: 0 }))
  const passes = [347, 113].map((delay) => ({ line: new Float32Array(delay + spread), at: 0 }))
  const wet = new Float32Array(dry.length)
  for (let index = 0; index < dry.length * 2; index += 1) {
    const place = index % dry.length
    let sum = 0
    for (const comb of combs) {
      const out = comb.line[comb.at]
      comb.low += (out - comb.low) * 0.6
      comb.line[comb.at] = dry[place] + comb.low * 0.84
      comb.at = (comb.at + 1) % comb.line.length
      sum += out
    }
    for (const pass of passes) {
      const out = pass.line[pass.at]
      pass.line[pass.at] = sum + out * 0.6
      pass.at = (pass.at + 1) % pass.line.length
      sum = out - sum * 0.6
    }
    wet[place] = sum
  }
  return wet
}

function normal(sides) {
  let peak = 0
  for (const side of sides) for (const value of side) peak = Math.max(peak, Math.abs(value))
  const gain = peak > 0 ? 0.7 / peak : 0
  return sides.map((side) => side.map((value) => value * gain))
}

/** A WAV file (16 bit) of what is played, `times` over: `[left, right]`, or one side alone. */
export function wav(sides, { rate, times = 1 }) {
  const length = sides[0].length
  const frame = 2 * sides.length
  const bytes = length * frame * times
  const file = Buffer.alloc(44 + bytes)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + bytes, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(sides.length, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate * frame, 28)
  file.writeUInt16LE(frame, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(bytes, 40)
  let at = 44
  for (let time = 0; time < times; time += 1) {
    for (let index = 0; index < length; index += 1) {
      for (const side of sides) at = file.writeInt16LE(Math.round(side[index] * 32_767), at)
    }
  }
  return file
}
