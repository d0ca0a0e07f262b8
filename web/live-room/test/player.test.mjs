// The player's pure parts: lines, patience, edge, countdown.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { clockOf, countdown, timeOf } from '../build/player/countdown.js'
import { isBehind, mustJump, rateFor } from '../build/player/edge.js'
import { parseLines } from '../build/player/given.js'
import { kindOf, namesOf, qualitiesOf, readyLines } from '../build/player/lines.js'
import { OFF, again, choose, excuse, failed, hold, hurry, moved, off, release, tick } from '../build/player/patience.js'
import { Spoken } from '../build/player/spoken.js'

// --- lines ---------------------------------------------------------------------------------------------------------------

for (const [url, kind] of [
  ['https://a/live.m3u8', 'hls'],
  ['https://a/LIVE.M3U8?token=x.flv', 'hls'],
  ['https://a/live.flv#t', 'flv'],
  ['wss://a/live', 'flv'],
  ['https://a/room/whep', 'whep'],
  ['https://a/whep/room?x', 'whep'],
  ['https://a/whepper', 'file'],
  ['https://a/film.mp4', 'file'],
  ['blob:https://a/1', 'file'],
]) {
  test(`${url} is of the kind ${kind}`, () => assert.equal(kindOf(url), kind))
}

test('lines: src first, addresses made whole, nonsense left out', () => {
  const given = [{ url: '/b.flv', name: 'B', quality: '720p' }, { url: 'c', kind: 'whep', name: 7 }, 'd.mp4', null, 5, {}, { url: '' }, { url: 'javascript:alert(1)' }, { url: 'data:text/html,x' }, { url: 'http://[' }]
  assert.deepEqual(readyLines('a.m3u8', given, 'https://x/y/'), [
    { url: 'https://x/y/a.m3u8', kind: 'hls' },
    { url: 'https://x/b.flv', kind: 'flv', name: 'B', quality: '720p' },
    { url: 'https://x/y/c', kind: 'whep' },
    { url: 'https://x/y/d.mp4', kind: 'file' },
  ])
  assert.deepEqual(readyLines('', 'no list', 'https://x/'), [])
})

test('an attribute that is no list gives no lines', () => {
  assert.deepEqual([null, '', '{', '{}', '3', '[{"url":"a"}]'].map(parseLines), [[], [], [], [], [], [{ url: 'a' }]])
})

test('the menu has one entry per name, and the qualities of the name in use', () => {
  const lines = [
    { url: '1', name: 'A', quality: 'high' },
    { url: '2', name: 'A', quality: 'low' },
    { url: '3', name: 'B', quality: 'high' },
    { url: '4', name: 'B', quality: 'low' },
    { url: '5' },
    { url: '6' },
  ]
  const names = current => namesOf(lines, current).map(({ name, line }) => [name, line])
  assert.deepEqual(names(0), [['A', 0], ['B', 2], [undefined, 4], [undefined, 5]])
  assert.deepEqual(names(1), [['A', 1], ['B', 3], [undefined, 4], [undefined, 5]])
  assert.deepEqual(names(3), [['A', 1], ['B', 3], [undefined, 4], [undefined, 5]])
  assert.deepEqual(names(4), [['A', 0], ['B', 2], [undefined, 4], [undefined, 5]])
  assert.deepEqual(qualitiesOf(lines, 3), [{ quality: 'high', line: 2 }, { quality: 'low', line: 3 }])
  assert.deepEqual(qualitiesOf(lines, 4), [])
})

test('the line in use is always the entry that the menu marks', () => {
  const line = fc.record({ url: fc.constant('x'), name: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }), quality: fc.option(fc.constantFrom('h', 'l'), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), (lines, seed) => {
      const current = seed % lines.length
      assert.equal(namesOf(lines, current).filter(entry => entry.line === current).length, 1)
      const qualities = qualitiesOf(lines, current)
      if (qualities.length && lines[current].quality) assert.equal(qualities.filter(entry => entry.line === current).length, 1)
    }),
  )
})

// --- patience ------------------------------------------------------------------------------------------------------------

/** Spread 0.5: the middle of the back-off. */
const at = (now, lines = 1) => ({ now, lines, spread: 0.5 })
const playing = (lines = 1) => moved(choose(OFF, 0, 0), 0)
const short = ({ phase, line, loads }) => [phase, line, loads]

test('a picture that stands is noticed after a second, and loaded anew after three', () => {
  let state = playing()
  assert.equal(tick(state, at(999)).phase, 'playing')
  state = tick(state, at(1000))
  assert.equal(state.phase, 'stalled')
  assert.equal(moved(state, 1500).phase, 'playing', 'it moves again')
  assert.equal(tick(state, at(2999)).phase, 'stalled')
  state = tick(state, at(3000))
  assert.deepEqual([state.phase, state.retryAt, state.tries], ['resting', 3500, 1])
  assert.equal(tick(state, at(3499)), state)
  assert.deepEqual(short(tick(state, at(3500))), ['loading', 0, 2])
})

test('the only line is tried for ever, ever more rarely, and is lost after three failures until it plays', () => {
  let state = playing()
  const waits = []
  for (let now = 0; waits.length < 9; ) {
    state = failed(state, at(now))
    waits.push([state.retryAt - now, state.isLost])
    now = state.retryAt
    state = tick(state, at(now))
    assert.equal(state.phase, 'loading')
  }
  assert.deepEqual(waits, [
    [500, false],
    [1000, false],
    [2000, true],
    [4000, true],
    [8000, true],
    [16_000, true],
    [30_000, true],
    [30_000, true],
    [30_000, true],
  ])
  state = moved(state, 1e6)
  assert.deepEqual([state.isLost, state.failures], [false, 9], 'one picture is no peace yet')
  for (let now = 1e6; now < 1e6 + 10_000; now += 500) state = moved(state, now)
  assert.equal(moved(state, 1e6 + 10_000).failures, 0)
})

test('a line that has never played makes room at once; one that has is tried three times', () => {
  let state = failed(choose(OFF, 0, 0), at(5, 3))
  assert.deepEqual([state.phase, state.line, state.retryAt], ['resting', 1, 5])
  state = moved(tick(state, at(5, 3)), 10)
  const lines = []
  for (let round = 0; round < 4; round += 1) {
    state = tick(failed(state, at(100, 3)), at(1e5, 3))
    lines.push(state.line)
  }
  assert.deepEqual(lines, [1, 1, 2, 0], 'round robin')
  assert.equal(state.isLost, true, 'all three have been given up')
})

test('the spread moves a retry by a quarter at most', () => {
  const wait = spread => failed(playing(), { now: 0, lines: 1, spread }).retryAt
  assert.deepEqual([wait(0), wait(1)], [375, 625])
})

test('a hopeless line is not tried again, and a hopeless only line never', () => {
  assert.deepEqual([failed(playing(), at(7, 2), true)].map(({ line, retryAt }) => [line, retryAt]), [[1, 7]])
  const state = failed(playing(), at(7), true)
  assert.deepEqual([state.isLost, state.retryAt], [true, Infinity])
  assert.equal(hurry(state, 9), state)
})

test('the line that was chosen comes back when it is asked for, with a clean record', () => {
  let state = choose(OFF, 1, 0)
  state = tick(failed(state, at(0, 2)), at(1, 2))
  assert.equal(state.line, 0)
  state = again(state, 5)
  assert.deepEqual([short(state), state.failures, state.isLost], [['loading', 1, 3], 0, false])
})

test('time does not count while it is held, off, or loading where nobody looks', () => {
  for (const state of [hold(playing()), off(playing())]) {
    assert.equal(tick(state, at(1e9)), state)
    assert.equal(moved(state, 5), state)
  }
  assert.equal(failed(off(playing()), at(0)).phase, 'off')
  const back = release(hold(playing()), 1e9)
  assert.deepEqual([tick(back, at(1e9 + 9999)).phase, tick(back, at(1e9 + 10_000)).phase], ['loading', 'resting'])
  assert.equal(hold(failed(playing(), at(0))).phase, 'off', 'what is not loaded is begun anew')
  assert.equal(tick(excuse(choose(OFF, 0, 0), 1e9), at(1e9 + 9999)).phase, 'loading')
})

test('the network is back: the next try is now', () => {
  assert.deepEqual(short(hurry(failed(playing(), at(0)), 1)), ['loading', 0, 2])
  const state = playing()
  assert.equal(hurry(state, 1), state)
})

test('whatever happens, the line exists, and a rest ends', () => {
  const step = fc.record({ what: fc.constantFrom('moved', 'failed', 'hopeless', 'tick', 'hold', 'release', 'hurry', 'again'), ms: fc.integer({ min: 0, max: 40_000 }) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (lines, steps, spread) => {
      let state = choose(OFF, 0, 0)
      let now = 0
      for (const { what, ms } of steps) {
        now += ms
        const around = { now, lines, spread }
        state = { moved: () => moved(state, now), failed: () => failed(state, around), hopeless: () => failed(state, around, true), tick: () => tick(state, around), hold: () => hold(state), release: () => release(state, now), hurry: () => hurry(state, now), again: () => again(state, now) }[what]()
        assert.ok(state.line >= 0 && state.line < lines)
        if (state.phase === 'resting' && state.retryAt !== Infinity) {
          assert.ok(state.retryAt <= now + 37_500)
          assert.equal(tick(state, { ...around, now: state.retryAt }).phase, 'loading')
        }
      }
    }),
  )
})

// --- the edge ------------------------------------------------------------------------------------------------------------

test('it hurries when it is late, by a tenth at most, until it is there', () => {
  const rate = (late, now = 1, ahead = 5) => rateFor({ latency: 3 + late, target: 3 }, now, ahead)
  assert.deepEqual([0, 0.8, 0.81, 2, 4, 60].map(late => rate(late)), [1, 1, 1.04, 1.06, 1.1, 1.1])
  assert.deepEqual([0.5, 0.11, 0.09, -1].map(late => rate(late, 1.04)), [1.03, 1.02, 1, 1], 'on to the end once it hurries')
  assert.equal(rate(5, 1, 0.9), 1, 'not with an empty buffer')
  assert.equal(rateFor({ latency: NaN, target: 3 }, 1, 5), 1)
  fc.assert(fc.property(fc.double(), fc.double(), fc.double({ min: 1, max: 1.1, noNaN: true }), fc.double(), (latency, target, now, ahead) => {
    const next = rateFor({ latency, target }, now, ahead)
    return next >= 1 && next <= 1.1
  }))
})

test('far behind there is a way back, and farther it jumps', () => {
  const late = [0, 5, 5.1, 15, 15.1].map(late => ({ latency: 2 + late, target: 2 }))
  assert.deepEqual(late.map(isBehind), [false, false, true, true, true])
  assert.deepEqual(late.map(mustJump), [false, false, false, false, true])
})

// --- the countdown -------------------------------------------------------------------------------------------------------

test('a beginning is counted down on its last day, and dated before', () => {
  const day = 86_400_000
  assert.deepEqual(countdown(1000, 1000, 'en'), { is: 'soon' })
  assert.deepEqual(countdown(61_500, 0, 'en'), { is: 'in', text: '01:02' })
  assert.deepEqual(countdown(day - 1, 0, 'en'), { is: 'in', text: '24:00:00' })
  assert.equal(countdown(day, 0, 'en').is, 'at')
  assert.match(countdown(Date.UTC(2030, 4, 6, 12), 0, 'zh').text, /2030年5月/)
  assert.equal(countdown(NaN, 0, 'en'), undefined)
  assert.deepEqual([0, 59.2, 3600].map(clockOf), ['00:00', '01:00', '1:00:00'])
  assert.deepEqual(['5', '1970-01-01T00:00:01Z', 'soon', ''].map(timeOf), [5, 1000, NaN, NaN])
})

// --- what is heard of it -----------------------------------------------------------------------------------------------

test('a short wait is not told, a long one once', () => {
  const spoken = new Spoken()
  spoken.see('busy', 1000)
  assert.equal(spoken.kind, '')
  assert.equal(spoken.dueAt, 4000)
  spoken.see('', 2000)
  assert.equal(spoken.dueAt, 0)
  spoken.see('busy', 5000)
  assert.equal(spoken.see('busy', 8000), true)
  assert.equal(spoken.kind, 'busy')
  assert.equal(spoken.see('busy', 13_000), true)
  assert.equal(spoken.kind, '', 'it does not lie around')
  assert.equal(spoken.see('busy', 30_000), false)
  assert.equal(spoken.dueAt, 0)
})

test('a line that fails and comes back again and again is told once a minute, and in the end', () => {
  const spoken = new Spoken()
  const told = []
  for (let now = 1000; now < 100_000; now += 1000) {
    const cover = now > 90_000 || (now / 1000) % 4 === 0 ? 'error' : 'busy'
    if (spoken.see(cover, now) && spoken.kind) told.push([now, spoken.kind])
  }
  assert.deepEqual(told, [[4000, 'error'], [64_000, 'error']])
  for (const now of [110_000, 124_000]) spoken.see('error', now)
  assert.equal(spoken.kind, 'error')
})

test('what is there to be found is not told', () => {
  const spoken = new Spoken()
  for (const cover of ['tap', '']) {
    assert.equal(spoken.see(cover, 1000), false)
    assert.equal(spoken.dueAt, 0)
  }
})
