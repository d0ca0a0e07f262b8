// The logic of places, with any order of batches, skips, lost connections and restarts: what is told and what is called a
// hole make the whole story, without overlap, in order.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { arrive, batch, skip } from '../build/room/place.js'

const event = seq => ({ seq, at: 0, type: 'notice', by: '', text: '' })
const range = (from, to) => Array.from({ length: Math.max(to - from + 1, 0) }, (_, n) => from + n)

/** A server with a story, and a client that hears some of it. */
class Story {
  epoch = 'e0'
  seq = 10
  numbers = []
  lostBefore = 0
  heard = []
  holes = []
  pendingFrom
  here

  constructor() {
    this.take(arrive(undefined, { epoch: this.epoch, seq: this.seq, resumed: false, recent: [] }))
    this.first = this.seq
  }

  take({ place, fresh, hole }) {
    this.here = place
    if (hole) this.holes.push(hole)
    this.heard.push(...fresh.map(({ seq }) => seq))
  }

  say(count) {
    const after = this.seq
    this.seq += count
    const numbers = range(after + 1, this.seq)
    this.numbers.push(...numbers)
    return { epoch: this.epoch, after, seq: this.seq, events: numbers.map(event) }
  }

  steps = {
    talk: count => this.take(batch(this.here, this.say(count))),
    /** The same frame twice: a server would not, a client must not mind. */
    twice: count => {
      const frame = this.say(count)
      this.take(batch(this.here, frame))
      this.take(batch(this.here, frame))
    },
    skip: count => {
      const { after, seq } = this.say(count)
      this.take(skip(this.here, { epoch: this.epoch, skipped: { from: after + 1, to: seq } }))
    },
    /** Something is not told, and only the next frame shows it. */
    miss: count => void this.say(count),
    back: count => {
      this.say(count)
      const given = this.here
      const covered = given.epoch === this.epoch && given.seq >= this.lostBefore
      const missed = this.numbers.filter(seq => seq > given.seq)
      const common = { epoch: this.epoch, seq: this.seq }
      const recent = missed.slice(-2)
      this.take(
        arrive(
          given,
          covered
            ? { ...common, resumed: true, after: given.seq, events: missed.map(event) }
            : { ...common, resumed: false, gap: given, recent: recent.map(event) },
        ),
      )
    },
    restart: count => {
      this.epoch += '+'
      this.seq += 100 * count
    },
    forget: () => void (this.lostBefore = this.seq),
  }
}

const steps = fc.array(fc.tuple(fc.constantFrom('talk', 'twice', 'skip', 'miss', 'back', 'restart', 'forget'), fc.integer({ min: 1, max: 5 })), { maxLength: 40 })

test('what is told and what is called a hole make the whole story, once and in order', () => {
  fc.assert(
    fc.property(steps, script => {
      const story = new Story()
      for (const [what, count] of script) story.steps[what](count)
      story.steps.talk(1) // whatever was missed shows now at the latest
      const { heard, holes, numbers } = story
      assert.deepEqual(heard, [...heard].sort((a, b) => a - b), 'in order')
      assert.equal(new Set(heard).size, heard.length, 'nothing twice')
      const inHoles = new Set(holes.flatMap(({ from, to }) => (to === undefined ? [] : numbers.filter(seq => seq >= from && seq <= to))))
      for (const seq of numbers) assert.ok(heard.includes(seq) !== inHoles.has(seq), `${seq} is told or in a hole, and not both`)
      for (const [n, hole] of holes.entries()) {
        if (n > 0) assert.ok(hole.from > (holes[n - 1].to ?? holes[n - 1].from - 1), 'holes do not overlap')
      }
    }),
    { numRuns: 500 },
  )
})

test('another server, with numbers of its own, is believed', () => {
  const given = { epoch: 'e', seq: 20 }
  const step = arrive(given, { epoch: 'other', seq: 3, resumed: false, gap: given, recent: [event(2), event(3)] })
  assert.deepEqual(step, { place: { epoch: 'other', seq: 3 }, fresh: [event(2), event(3)], hole: { from: 21, reason: 'not_covered' } })
  assert.deepEqual(batch(step.place, { epoch: 'other', after: 3, seq: 4, events: [event(4)] }).fresh, [event(4)])
})

test('a batch that was told already changes nothing', () => {
  const here = { epoch: 'e', seq: 20 }
  assert.deepEqual(batch(here, { epoch: 'e', after: 10, seq: 20, events: [event(11)] }), { place: here, fresh: [] })
})

test('a batch that overlaps tells its new part only', () => {
  const step = batch({ epoch: 'e', seq: 12 }, { epoch: 'e', after: 10, seq: 14, events: range(11, 14).map(event) })
  assert.deepEqual(step, { place: { epoch: 'e', seq: 14 }, fresh: [event(13), event(14)] })
})

test('a gap without anything recent reaches to where the room is, and has no end if nothing was said', () => {
  const gap = { epoch: 'e', seq: 20 }
  const answer = { epoch: 'f', resumed: false, gap, recent: [] }
  assert.deepEqual(arrive(gap, { ...answer, seq: 30 }).hole, { from: 21, to: 30, reason: 'not_covered' })
  assert.deepEqual(arrive(gap, { ...answer, seq: 20 }).hole, { from: 21, reason: 'not_covered' })
})
