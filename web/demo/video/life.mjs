// What moves in the picture, as a function of time alone. Everything comes round after one loop: waves make whole turns in
// it, falls whole trips, and what rises from the piano is counted on a ring.

import { CLOCK, LAMP, PANE, PIANO, ellipse, line } from './room.mjs'
import { LOOP_S, notes } from './score.mjs'

const STARS = scattered(26, (x, y, index) => ({ x: PANE.x + 1 + x * 28, y: PANE.y + 1 + y * 19, turns: 4 + (index % 7), phase: index }))
const FLAKES = scattered(70, (x, y, index) => ({ x, y, trips: 2 + (index % 4), size: 0.16 + (index % 4) * 0.07, phase: index * 1.3 }))
/** Windows across the street where somebody is still up, part of the time. */
const LIT = [
  { x: 36.7, y: 40.4, from: 2, until: 11 },
  { x: 43.6, y: 38.9, from: 7, until: 19 },
  { x: 49.8, y: 42.7, from: 13, until: 22 },
  { x: 57.7, y: 44.2, from: 16, until: 23.5 },
]
const NOTE_S = 4.2
const PLAYED = notes()
const RISING = PLAYED.filter(({ hand, midi }) => hand === 'right' || midi >= 66)
const DIGITS = ['abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd', 'afgcde', 'abc', 'abcdefg', 'abcdfg']

/** Behind the window frame and the cat. */
export function paintOutside(pen, time) {
  pen.save()
  pen.beginPath()
  pen.rect(PANE.x, PANE.y, 14.5, 17)
  pen.rect(PANE.x + 15.5, PANE.y, 14.5, 17)
  pen.rect(PANE.x, PANE.y + 17.9, 14.5, 18.1)
  pen.rect(PANE.x + 15.5, PANE.y + 17.9, 14.5, 18.1)
  pen.clip()
  pen.fillStyle = '#fff6df'
  for (const { x, y, turns, phase } of STARS) {
    pen.globalAlpha = 0.5 + 0.4 * wave(time, turns, phase)
    pen.fillRect(x, y, 0.32, 0.32)
  }
  plane(pen, time)
  pen.fillStyle = '#ffd98f'
  for (const { x, y, from, until } of LIT) {
    pen.globalAlpha = ramp(time - from) * ramp(until - time)
    pen.fillRect(x, y, 0.5, 0.75)
  }
  pen.fillStyle = '#eef2ff'
  for (const { x, y, trips, size, phase } of FLAKES) {
    const down = (y + (trips * time) / LOOP_S) % 1
    pen.globalAlpha = 0.35 + size
    ellipse(pen, PANE.x + ((x * 34 + wave(time, 3, phase) * 1.4 + down * 3) % 30), PANE.y + down * PANE.high, size, size)
  }
  pen.restore()
}

/** In front of everything that stands still. */
export function paintLife(pen, time) {
  tail(pen, time)
  arms(pen, time)
  head(pen, time)
  light(pen, time)
  digits(pen, time)
  rising(pen, time)
}

function plane(pen, time) {
  const way = (time - 3) / 13
  if (way < 0 || way > 1) return
  const [x, y] = [PANE.x - 1 + way * 32, PANE.y + 9 - way * 4]
  pen.globalAlpha = 0.5
  pen.fillStyle = '#ffffff'
  ellipse(pen, x, y, 0.22, 0.14)
  pen.globalAlpha = Math.max(0, wave(time, 24, 0)) ** 3
  pen.fillStyle = '#ff6a5a'
  ellipse(pen, x - 0.5, y + 0.05, 0.26, 0.26)
}

function tail(pen, time) {
  const swing = wave(time, 6, 0) * 1.6 + wave(time, 11, 1) * 0.5
  pen.strokeStyle = '#1a0f18'
  pen.lineCap = 'round'
  pen.lineWidth = 1.15
  pen.beginPath()
  pen.moveTo(41, 48.6)
  pen.bezierCurveTo(44.5, 49.4, 44.6, 52, 43.6 + swing * 0.5, 54.6)
  pen.quadraticCurveTo(43 + swing, 57, 44.6 + swing * 1.5, 58)
  pen.stroke()
}

/** Near hand: the melody. Far hand: bass and chords. A hand lies where its last note was and has gone down with it. */
function arms(pen, time) {
  for (const { hand, sleeve, skin, shoulder, reach } of [
    { hand: 'left', sleeve: '#28385a', skin: '#c08e68', shoulder: [63.4, 50.6], reach: 70.6 },
    { hand: 'right', sleeve: '#44608f', skin: '#e6b48c', shoulder: [62, 50.4], reach: 69.4 },
  ]) {
    const { place, lift } = handAt(hand, time)
    const [x, y] = [reach + place, 56.5 - lift]
    pen.strokeStyle = sleeve
    pen.lineCap = 'round'
    pen.lineJoin = 'round'
    pen.lineWidth = 2.5
    line(pen, [shoulder, [(shoulder[0] + x) / 2 - 1.2, 57.4 - lift * 0.5], [x - 1.4, y + 0.2]])
    pen.fillStyle = skin
    ellipse(pen, x, y, 1.25, 0.85)
  }
}

/** Where a hand is: `place` along the keys (the player's side is seen, so it moves little), `lift` above them. */
function handAt(hand, time) {
  const own = PLAYED.filter((note) => note.hand === hand)
  const next = own.find(({ at }) => at > time) ?? { ...own[0], at: own[0].at + LOOP_S }
  const last = own.findLast(({ at }) => at <= time) ?? { ...own.at(-1), at: own.at(-1).at - LOOP_S }
  const [since, until] = [time - last.at, next.at - time]
  const way = smooth(1 - Math.min(until / 0.45, 1))
  const side = ({ midi }) => (midi - 64) / 26
  return {
    place: side(last) + (side(next) - side(last)) * way,
    lift: Math.sin(way * Math.PI) * 1.1 + Math.min(since * 1.2, 0.25),
  }
}

function head(pen, time) {
  pen.save()
  // Nods with the bars (ten in a loop) and looks up a little at the phrase's long note.
  pen.translate(61.5, 47.5)
  pen.rotate(0.035 * wave(time, 10, 0) + 0.05 * wave(time, 1, 2.4))
  pen.translate(-61.5, -47.5 + 0.12 * wave(time, 10, 1))
  pen.fillStyle = '#d9a57c'
  pen.beginPath()
  pen.moveTo(60.6, 48.8)
  pen.lineTo(61.4, 44.5)
  pen.lineTo(64.4, 45)
  pen.lineTo(64.2, 48.8)
  pen.fill()
  pen.fillStyle = '#e6b48c'
  pen.beginPath()
  pen.moveTo(62, 40)
  pen.quadraticCurveTo(66.6, 38.8, 66.9, 42)
  pen.lineTo(67.6, 43.5)
  pen.lineTo(66.8, 43.9)
  pen.quadraticCurveTo(66.9, 46.4, 65, 46.6)
  pen.quadraticCurveTo(62, 46.6, 61.4, 44)
  pen.fill()
  pen.fillStyle = '#20141f'
  pen.beginPath()
  pen.moveTo(67, 41.2)
  pen.bezierCurveTo(67.4, 37.6, 63.5, 36.6, 61.2, 37.7)
  pen.bezierCurveTo(58, 39.2, 58.3, 44.5, 60.5, 46.8)
  pen.quadraticCurveTo(62.2, 46.4, 62.6, 44.6)
  pen.quadraticCurveTo(62.4, 42.6, 63.6, 42.8)
  pen.quadraticCurveTo(64.6, 40.8, 67, 41.2)
  pen.fill()
  pen.restore()
}

function light(pen, time) {
  const strength = 0.5 + 0.025 * wave(time, 6, 0) + 0.015 * wave(time, 13, 2)
  pen.globalCompositeOperation = 'lighter'
  const glow = pen.createRadialGradient(LAMP.x, LAMP.y - 2, 2, LAMP.x, LAMP.y - 2, 74)
  glow.addColorStop(0, `rgba(255, 190, 120, ${strength * 0.7})`)
  glow.addColorStop(0.3, `rgba(255, 165, 100, ${strength * 0.36})`)
  glow.addColorStop(1, 'rgba(255, 150, 90, 0)')
  pen.fillStyle = glow
  pen.fillRect(0, 0, 160, 100)
  pen.globalCompositeOperation = 'source-over'
}

/** Seconds and tenths of the loop: whoever compares them with the page's own clock sees how late the picture is. */
function digits(pen, time) {
  const text = (Math.floor(time * 10 + 0.001) / 10).toFixed(1).padStart(4, '0')
  pen.strokeStyle = '#ffb35c'
  pen.lineCap = 'round'
  pen.lineWidth = 0.62
  let x = CLOCK.x + 1.9
  for (const sign of text) {
    if (sign === '.') {
      pen.fillStyle = '#ffb35c'
      ellipse(pen, x - 0.35, CLOCK.y + 5.2, 0.42, 0.42)
      x += 0.9
      continue
    }
    segments(pen, DIGITS[Number(sign)], x, CLOCK.y + 1.2, 2.5, 4.1)
    x += 4.05
  }
}

function segments(pen, on, x, y, wide, high) {
  const [left, right, middle, end, gap] = [x, x + wide, y + high / 2, y + high, 0.35]
  const ways = {
    a: [[left + gap, y], [right - gap, y]],
    b: [[right, y + gap], [right, middle - gap]],
    c: [[right, middle + gap], [right, end - gap]],
    d: [[left + gap, end], [right - gap, end]],
    e: [[left, middle + gap], [left, end - gap]],
    f: [[left, y + gap], [left, middle - gap]],
    g: [[left + gap, middle], [right - gap, middle]],
  }
  for (const name of on) line(pen, ways[name])
}

function rising(pen, time) {
  for (const [index, { at, midi }] of RISING.entries()) {
    const age = (((time - at) % LOOP_S) + LOOP_S) % LOOP_S / NOTE_S
    if (age >= 1) continue
    const x = PIANO.x + 1 + (midi - 62) * 0.8 + Math.sin(age * 5 + index) * 2.4
    quaver(pen, x, PIANO.y - 2 - age * 25, index % 3, Math.sin(age * Math.PI) * 0.8)
  }
}

/** ♩, ♪ or two of them, drawn, so that no font is asked for. */
function quaver(pen, x, y, kind, alpha) {
  pen.globalAlpha = alpha
  pen.fillStyle = pen.strokeStyle = '#ffe2b0'
  pen.lineWidth = 0.34
  pen.beginPath()
  pen.ellipse(x, y, 0.95, 0.68, -0.4, 0, 7)
  pen.fill()
  line(pen, [[x + 0.85, y - 0.2], [x + 0.85, y - 4]])
  if (kind === 1) {
    pen.beginPath()
    pen.moveTo(x + 0.85, y - 4)
    pen.quadraticCurveTo(x + 1.2, y - 3, x + 2.3, y - 2.6)
    pen.stroke()
  }
  if (kind === 2) {
    pen.beginPath()
    pen.ellipse(x + 3, y - 0.5, 0.95, 0.68, -0.4, 0, 7)
    pen.fill()
    line(pen, [[x + 3.85, y - 0.7], [x + 3.85, y - 4.5]])
    pen.lineWidth = 0.7
    line(pen, [[x + 0.85, y - 4], [x + 3.85, y - 4.5]])
  }
  pen.globalAlpha = 1
}

/** The edges darken, as a lens does it. */
export function paintVignette(pen, x, y, wide, high) {
  const shade = pen.createRadialGradient(x + wide * 0.55, y + high * 0.5, high * 0.45, x + wide * 0.55, y + high * 0.5, wide * 0.68)
  shade.addColorStop(0, 'rgba(10, 5, 14, 0)')
  shade.addColorStop(1, 'rgba(10, 5, 14, 0.55)')
  pen.fillStyle = shade
  pen.fillRect(x, y, wide, high)
}

/** Whole turns per loop. */
function wave(time, turns, phase) {
  return Math.sin((2 * Math.PI * turns * time) / LOOP_S + phase)
}

const ramp = (value) => Math.min(Math.max(value / 0.6, 0), 1)
const smooth = (value) => value * value * (3 - 2 * value)

/** Evenly scattered without a pattern (the R2 sequence), the same every night. */
function scattered(count, make) {
  return Array.from({ length: count }, (_, index) => make((index * 0.754877) % 1, (index * 0.56984) % 1, index))
}
