import assert from 'node:assert/strict'
import test from 'node:test'
import { bannerOf, duration } from '../build/room/banner.js'

const NOW = 1_000_000
const said = (link, phase = 'in', now = NOW) => bannerOf({ link: { since: NOW, ...link }, phase }, now)

const table = [
  ['a first connection is told after a second', { state: 'connecting' }, 'entering', 999, undefined, NOW + 1000],
  ['... and then it is', { state: 'connecting' }, 'entering', 1000, { kind: 'connecting' }, 0],
  ['nobody connects: nothing is said', { state: 'connecting' }, 'idle', 5000, undefined, 0],
  ['a blink is not told', { state: 'reconnecting', attempt: 0, retryAt: NOW + 200 }, 'in', 100, undefined, NOW + 400],
  ['a break is told with its countdown', { state: 'reconnecting', attempt: 2, retryAt: NOW + 4500 }, 'in', 1000, { kind: 'reconnecting', attempt: 2, seconds: 4 }, NOW + 1500],
  ['a try under way has no countdown', { state: 'reconnecting', attempt: 2, retryAt: 0 }, 'in', 1000, { kind: 'reconnecting', attempt: 2, seconds: 0 }, 0],
  ['who is not in a room waits for none', { state: 'reconnecting', attempt: 0, retryAt: 0 }, 'out', 9000, undefined, 0],
  ['no network at all is told at once', { state: 'offline' }, 'in', 0, { kind: 'offline' }, 0],
  ['the return is told for two seconds', { state: 'connected', restored: true }, 'in', 1999, { kind: 'restored' }, NOW + 2000],
  ['... not longer', { state: 'connected', restored: true }, 'in', 2000, undefined, 0],
  ['a first success is no news', { state: 'connected', restored: false }, 'in', 0, undefined, 0],
]
for (const [name, link, phase, after, banner, changesAt] of table) {
  test(name, () => assert.deepEqual({ banner: undefined, ...said(link, phase, NOW + after) }, { banner, changesAt }))
}

test('a countdown never asks to be drawn in the past', () => {
  for (let after = 400; after < 6000; after += 37) {
    const { changesAt, banner } = said({ state: 'reconnecting', attempt: 0, retryAt: NOW + 5000 }, 'in', NOW + after)
    assert.ok(changesAt === 0 || changesAt > NOW + after, `${after}: ${changesAt - NOW}`)
    assert.equal(banner.seconds, Math.max(0, Math.ceil((5000 - after) / 1000)))
  }
})

test('durations', () => {
  const shown = [0, 7_000, 723_000, 3_723_000, 36_000_000, -5].map(duration)
  assert.deepEqual(shown, ['0:00', '0:07', '12:03', '1:02:03', '10:00:00', '0:00'])
})
