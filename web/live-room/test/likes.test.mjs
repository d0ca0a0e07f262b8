// When the hearts of others rise.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EVERY_MS, heartTimes } from '../build/likes/replay.js'

test('a few taps are spread, many are about six', () => {
  assert.deepEqual(heartTimes(2, 1000, 0), [1000, 1000 + EVERY_MS])
  assert.equal(heartTimes(10_000, 1000, 0).length, 6)
  assert.deepEqual(heartTimes(0, 1000, 0), [])
})

test('whatever comes, hearts keep their distance and never pile up for later', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.integer({ min: 0, max: 3000 }), taps: fc.integer({ min: 0, max: 5000 }) }), { maxLength: 60 }), told => {
      let [now, last] = [1000, 0]
      for (const { wait, taps } of told) {
        now += wait
        for (const at of heartTimes(taps, now, last)) {
          assert.ok(at >= now && at < now + 1000)
          assert.ok(at - last >= EVERY_MS)
          last = at
        }
      }
    }),
  )
})
