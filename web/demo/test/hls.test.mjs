import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playlistAt, segmentAt } from '../server/hls.mjs'

const SHAPE = { loopMs: 24_000, segmentMs: 2_000 }
/** A beginning of the loop. */
const START = 24_000 * 70_000_000

const valueOf = (playlist, tag) => Number(new RegExp(`#${tag}:(\\d+)`).exec(playlist)[1])
const numbersOf = (playlist) => [...playlist.matchAll(/^(\d+)\.ts$/gm)].map(([, number]) => Number(number))

/** Each segment with the discontinuity number that a player computes for it. */
function discontinuities(playlist) {
  let number = valueOf(playlist, 'EXT-X-DISCONTINUITY-SEQUENCE')
  const found = new Map()
  for (const line of playlist.split('\n')) {
    if (line === '#EXT-X-DISCONTINUITY') number += 1
    if (line.endsWith('.ts')) found.set(Number.parseInt(line, 10), number)
  }
  return found
}

test('a playlist shows the last segments that are over, by the clock', () => {
  const playlist = playlistAt(START + 21_500, SHAPE)
  const first = START / 2_000
  assert.deepEqual(numbersOf(playlist), Array.from({ length: 10 }, (_, index) => first + index))
  assert.equal(valueOf(playlist, 'EXT-X-MEDIA-SEQUENCE'), first)
  assert.ok(playlist.includes(`#EXT-X-PROGRAM-DATE-TIME:${new Date(START).toISOString()}\n#EXTINF:2.000,\n${first}.ts`))
  assert.ok(!playlist.includes('ENDLIST'))
})

test('through two loops the window slides by one, and a segment keeps its discontinuity number', () => {
  const known = new Map()
  let before
  for (let now = START - 1_000; now < START + 50_000; now += 1_000) {
    const playlist = playlistAt(now, SHAPE)
    const numbers = numbersOf(playlist)
    assert.equal(numbers.length, 10)
    if (before !== undefined) assert.ok([0, 1].includes(numbers[0] - before))
    before = numbers[0]
    for (const [segment, number] of discontinuities(playlist)) {
      assert.equal(known.get(segment) ?? number, number, `segment ${segment}`)
      known.set(segment, number)
    }
  }
  // Two passes of the loop have two numbers, and the change is where the loop begins.
  assert.equal(known.get(START / 2_000) - known.get(START / 2_000 - 1), 1)
  assert.equal(known.get(START / 2_000 + 11), known.get(START / 2_000))
})

test('a segment can be had when it is over, for a while', () => {
  const now = START + 13_500
  const first = START / 2_000
  assert.equal(segmentAt(first + 5, now, SHAPE), 5)
  assert.equal(segmentAt(first - 1, now, SHAPE), 11)
  assert.equal(segmentAt(first + 6, now, SHAPE), -1, 'it is being filmed')
  assert.equal(segmentAt(first - 9, now, SHAPE), -1, 'long gone')
  assert.equal(segmentAt(Number.NaN, now, SHAPE), -1)
})
