// Where bullet comments fly, and what a reader may choose about them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GAP, Lanes, WAIT_MS, leftOf } from '../build/danmaku/lanes.js'
import { DEFAULTS, lineOf, readSettings } from '../build/danmaku/settings.js'

const GEOMETRY = { width: 800, rows: 6, area: 1, crossingMs: 6000, max: 80 }
const bullet = (extra = {}) => ({ width: 200, mode: 'scroll', priority: 2, ...extra })
const lanes = (extra = {}) => new Lanes({ ...GEOMETRY, ...extra })
const rowsOf = flights => flights.map(({ row }) => row)

const mode = fc.constantFrom('scroll', 'scroll', 'scroll', 'top', 'bottom')
/** What may happen to a layer, after some time. */
const step = fc.record({
  wait: fc.integer({ min: 0, max: 900 }),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.record({ offer: fc.record({ width: fc.integer({ min: 10, max: 1600 }), mode, priority: fc.integer({ min: 0, max: 5 }) }) }) },
    { weight: 1, arbitrary: fc.record({ hold: fc.nat(7) }) },
    { weight: 1, arbitrary: fc.record({ release: fc.nat(7) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        resize: fc.record({
          width: fc.integer({ min: 200, max: 1600 }),
          rows: fc.integer({ min: 1, max: 8 }),
          area: fc.constantFrom(0.25, 0.5, 1),
          crossingMs: fc.integer({ min: 2000, max: 9000 }),
          max: fc.integer({ min: 1, max: 20 }),
        }),
      }),
    },
  ),
})

test('no two bullets of a row overlap on screen, whatever comes, is held, or changes its size', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), steps => {
      let geometry = GEOMETRY
      const layer = lanes()
      const held = new Map()
      let now = 0
      const check = () => {
        const at = flight => leftOf(flight, held.get(flight.row) ?? now)
        const onScreen = layer.flights.filter(({ leavesAt, row }) => held.has(row) || leavesAt > now)
        for (let row = 0; row < geometry.rows; row += 1) {
          const flights = onScreen.filter(flight => flight.row === row)
          flights.sort((a, b) => at(a) - at(b))
          for (let i = 1; i < flights.length; i += 1) {
            const tail = at(flights[i - 1]) + flights[i - 1].bullet.width
            assert.ok(tail <= at(flights[i]) + 1e-6 || tail <= 1e-6, `${tail} > ${at(flights[i])}`)
          }
        }
      }
      for (const { wait, what } of steps) {
        for (let part = 0; part < 3; part += 1) {
          now += wait / 3
          check()
        }
        if (what.offer) layer.offer({ ...what.offer }, now)
        if (what.hold !== undefined && what.hold < geometry.rows && !held.has(what.hold)) {
          layer.hold(what.hold, now)
          held.set(what.hold, now)
        }
        if (what.release !== undefined && held.delete(what.release)) layer.release(what.release, now)
        if (what.resize) {
          geometry = what.resize
          layer.resize(geometry)
          for (const row of held.keys()) if (row >= geometry.rows) held.delete(row)
        }
        const before = layer.flights.length
        const entered = layer.advance(now)
        assert.ok(layer.flights.length <= Math.max(before, geometry.max), 'the cap holds')
        for (const { row, from, bullet } of entered) {
          assert.ok(row < geometry.rows && !held.has(row))
          if (bullet.mode === 'scroll') assert.equal(from, geometry.width, 'it starts outside')
        }
        check()
      }
    }),
    { numRuns: 300 },
  )
})

test('a row takes the next one when the last tail has entered, not before', () => {
  const layer = lanes({ rows: 1 })
  layer.offer(bullet(), 0)
  layer.offer(bullet(), 0)
  assert.equal(layer.advance(0).length, 1)
  // 1000 px in 6 s: the tail and the gap have entered after (200 + GAP) / (1 / 6) ms
  const free = ((200 + GAP) * 6000) / 1000
  assert.equal(layer.advance(free - 1).length, 0)
  assert.equal(layer.advance(free + 1).length, 1)
})

test('a long one waits behind a short one that it would catch up with', () => {
  const layer = lanes({ rows: 1 })
  layer.offer(bullet({ width: 50 }), 0)
  layer.advance(0)
  layer.offer(bullet({ width: 1500 }), 700)
  assert.equal(layer.advance(700).length, 0)
  layer.offer(bullet({ width: 50 }), 710)
  assert.equal(layer.advance(710).length, 1, 'one of the same speed may follow')
})

test('where all rows are busy the more important goes first, and who waits for two seconds is dropped', () => {
  const layer = lanes({ rows: 1, crossingMs: 3000 })
  layer.offer(bullet(), 0)
  layer.advance(0)
  const [low, high] = [bullet({ priority: 0 }), bullet({ priority: 5 })]
  layer.offer(low, 0)
  layer.offer(high, 10)
  assert.deepEqual(layer.advance(900).map(flight => flight.bullet), [high])
  assert.equal(layer.waiting, 1)
  assert.deepEqual(layer.advance(WAIT_MS + 1), [])
  assert.equal(layer.waiting, 0, 'it was dropped')
})

test('of a flood the least important are dropped, and the cap holds', () => {
  const layer = lanes({ rows: 200, max: 80 })
  for (let i = 0; i < 500; i += 1) layer.offer(bullet({ priority: i % 3 }), 0)
  assert.equal(layer.waiting, 120)
  const entered = layer.advance(0)
  assert.equal(entered.length, 80)
  assert.ok(entered.every(({ bullet }) => bullet.priority === 2))
})

test('the area is a share of the rows, from the top or from the bottom; one row is always there', () => {
  const layer = lanes({ area: 0.5 })
  for (let i = 0; i < 9; i += 1) layer.offer(bullet({ mode: i < 5 ? 'scroll' : 'bottom' }), 0)
  assert.deepEqual(rowsOf(layer.advance(0)), [0, 1, 2, 5, 4, 3])
  const low = lanes({ rows: 1, area: 0.25 })
  low.offer(bullet(), 0)
  assert.deepEqual(rowsOf(low.advance(0)), [0])
  const none = lanes({ rows: 0 })
  none.offer(bullet(), 0)
  assert.deepEqual(none.advance(0), [])
})

test('those that stand are in the middle, alone in their row, and go after a while', () => {
  const layer = lanes({ rows: 2 })
  for (const mode of ['top', 'bottom', 'scroll']) layer.offer(bullet({ mode }), 0)
  const [top, bottom] = layer.advance(0)
  assert.deepEqual([top.row, top.from, top.speed, bottom.row], [0, 300, 0, 1])
  assert.equal(layer.flights.length, 2)
  layer.offer(bullet(), 3700)
  assert.deepEqual(rowsOf(layer.advance(3700)), [0])
})

test('a row that is held stands still and takes nobody; let go it flies on from where it was', () => {
  const layer = lanes({ rows: 1 })
  layer.offer(bullet(), 0)
  const [flight] = layer.advance(0)
  assert.deepEqual(layer.hold(0, 3000), [flight])
  assert.deepEqual(layer.hold(0, 3100), [], 'once')
  const x = leftOf(flight, 3000)
  layer.offer(bullet(), 9000)
  assert.deepEqual(layer.advance(9000), [])
  assert.deepEqual(layer.flights, [flight], 'it has not left meanwhile')
  layer.release(0, 9000)
  assert.equal(leftOf(flight, 9000), x)
  assert.equal(flight.leavesAt, 12_000)
})

test('what is removed is gone from the screen and from the queue', () => {
  const layer = lanes({ rows: 1 })
  const [seen, waits, other] = [bullet({ by: 'eve' }), bullet({ by: 'eve' }), bullet({ by: 'ada' })]
  for (const one of [seen, waits, other]) layer.offer(one, 0)
  layer.advance(0)
  assert.deepEqual(layer.remove(({ by }) => by === 'eve').map(({ bullet }) => bullet), [seen])
  assert.deepEqual(layer.advance(1).map(({ bullet }) => bullet), [other])
})

test('a smaller layer gives up the rows that it has no more', () => {
  const layer = lanes({ rows: 3 })
  for (let i = 0; i < 3; i += 1) layer.offer(bullet(), 0)
  layer.advance(0)
  assert.deepEqual(rowsOf(layer.resize({ ...GEOMETRY, rows: 1 })), [1, 2])
})

// --- settings ----------------------------------------------------------------------------------------------------------

test('settings that are wrong are as usual, and never throw', () => {
  for (const wrong of [null, undefined, 7, 'on', [], { opacity: 'x', speed: NaN, area: 3, density: Infinity, mode: 'spin', on: 'yes' }]) {
    assert.deepEqual(readSettings(wrong), DEFAULTS)
  }
  fc.assert(
    fc.property(fc.anything(), value => {
      const read = readSettings(value)
      assert.deepEqual(readSettings(JSON.parse(JSON.stringify(read))), read, 'they can be kept')
    }),
  )
})

test('settings keep their bounds', () => {
  const read = readSettings({ on: false, opacity: 0, fontSize: 9, speed: 0.01, area: 1, density: 1e9, mode: 'top' })
  assert.deepEqual(read, { on: false, opacity: 0.2, fontSize: 1.6, speed: 0.5, area: 1, density: 80, mode: 'top' })
})

test('a long text is cut between whole letters', () => {
  const family = '👨‍👩‍👧‍👦'
  assert.equal(lineOf(' a\n\tb  c '), 'a b c')
  assert.equal(lineOf(family.repeat(60)), family.repeat(60))
  assert.equal(lineOf(family.repeat(61)), `${family.repeat(59)}…`)
  assert.equal(lineOf('字'.repeat(200)), `${'字'.repeat(59)}…`)
  assert.ok(lineOf(`a${'\u0301'.repeat(100_000)}`).length <= 1202, 'marks without end are cut')
})
