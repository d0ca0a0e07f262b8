import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { lacking } from '../build/device/browser.js'
import { afterLoss, byKind, isGone, readChoices } from '../build/device/choosing.js'
import { decibels, heardAfter, loudness, meterOf, unheard } from '../build/device/hearing.js'
import { isWorthAsking, reasonOf } from '../build/device/reasons.js'
import { brightestOf, seenAfter, unseen } from '../build/device/seeing.js'
import { after, idle, resultOf } from '../build/device/steps.js'
import { median, verdictOf } from '../build/device/trips.js'
import { PARTS } from '../build/device/types.js'
import { deviceWords } from '../build/device/words.js'

// --- why a device cannot be had ------------------------------------------------------------------------------------------

const fine = { isSecure: true, canAsk: true, isAllowed: true, permission: 'denied' }

for (const [expected, error, at] of [
  ['denied', { name: 'NotAllowedError', message: 'Permission denied' }],
  ['denied', { name: 'NotAllowedError' }, { permission: undefined, isAllowed: undefined }],
  ['denied', { name: 'PermissionDeniedError' }],
  ['dismissed', { name: 'NotAllowedError', message: 'Permission dismissed' }, { permission: undefined }],
  ['dismissed', { name: 'NotAllowedError', message: 'The request is not allowed' }, { permission: 'prompt' }],
  ['system', { name: 'NotAllowedError', message: 'Permission denied by system' }],
  ['policy', { name: 'NotAllowedError', message: 'Permission denied' }, { isAllowed: false }],
  ['policy', { name: 'SecurityError' }, { isAllowed: undefined }],
  ['no-device', { name: 'NotFoundError' }],
  ['no-device', { name: 'DevicesNotFoundError' }],
  ['in-use', { name: 'NotReadableError' }],
  ['in-use', { name: 'TrackStartError' }],
  ['constraint', { name: 'OverconstrainedError' }],
  ['broken', { name: 'AbortError' }],
  ['broken', {}],
  ['insecure', { name: 'NotSupportedError' }, { isSecure: false, canAsk: false }],
  ['unsupported', { name: 'NotSupportedError' }, { canAsk: false }],
]) {
  test(`${error.name} "${error.message ?? ''}" at ${JSON.stringify(at ?? {})} is ${expected}`, () => assert.equal(reasonOf(error, { ...fine, ...at }), expected))
}

test('after a "no" nobody is asked again; after anything else each device is asked for alone', () => {
  const table = [
    ['NotAllowedError', 'denied', false],
    ['NotAllowedError', 'prompt', false],
    ['NotAllowedError', undefined, false],
    ['NotAllowedError', 'granted', true],
    ['NotFoundError', 'prompt', true],
    ['NotReadableError', 'granted', true],
    [undefined, undefined, true],
  ]
  for (const [name, permission, expected] of table) assert.equal(isWorthAsking(name, permission), expected, `${name} ${permission}`)
})

// --- which device --------------------------------------------------------------------------------------------------------

const choice = deviceId => ({ deviceId, label: deviceId.toUpperCase() })

test('devices are listed by kind; those without a name get one, those without an id are none yet', () => {
  const found = [
    { kind: 'audioinput', deviceId: '', label: '' },
    { kind: 'videoinput', deviceId: 'a', label: '' },
    { kind: 'videoinput', deviceId: 'b', label: 'Webcam' },
    { kind: 'audiooutput', deviceId: 'c', label: 'Loud' },
    { kind: 'smellinput', deviceId: 'd', label: 'Nose' },
  ]
  assert.deepEqual(byKind(found, (kind, number) => `${kind} ${number}`), {
    camera: [{ deviceId: 'a', label: 'camera 1' }, { deviceId: 'b', label: 'Webcam' }],
    microphone: [],
    speaker: [{ deviceId: 'c', label: 'Loud' }],
  })
})

test('what is kept may be anything, and is read as choices', () => {
  assert.deepEqual(readChoices({ camera: choice('a'), microphone: { deviceId: 7 }, speaker: { deviceId: 's' }, other: choice('b') }), { camera: choice('a'), speaker: { deviceId: 's', label: '' } })
  fc.assert(fc.property(fc.anything(), value => Object.values(readChoices(value)).every(({ deviceId, label }) => deviceId.length > 0 && typeof label === 'string')))
})

test('a lost device: the next one if it was unplugged, none if it is still there', () => {
  const table = [
    [[], 'a', { reason: 'unplugged' }],
    [['a'], 'a', { reason: 'stopped' }],
    [['b', 'a'], 'a', { reason: 'stopped' }],
    [['b', 'c'], 'a', { take: choice('b') }],
    [['b'], undefined, { reason: 'stopped' }],
  ]
  for (const [ids, lost, expected] of table) assert.deepEqual(afterLoss(ids.map(choice), lost), expected, `${ids} without ${lost}`)
})

test('nobody knows of a device whether it is gone where nothing is listed', () => {
  for (const [ids, id, expected] of [[[], 'a', false], [['b'], 'a', true], [['b', 'a'], 'a', false], [['b'], '', false], [['b'], undefined, false]]) assert.equal(isGone(ids.map(choice), id), expected, `${ids} ${id}`)
})

// --- is somebody heard ---------------------------------------------------------------------------------------------------

/** `[dB, ms]` each, in looks of 100 ms. */
const hear = (...spans) => spans.flatMap(([db, ms]) => Array(ms / 100).fill(db)).reduce((hearing, db) => heardAfter(hearing, db, 100), unheard)

for (const [name, expected, ...spans] of [
  ['nothing yet', 'waiting', [-Infinity, 4900]],
  ['a dead microphone', 'silent', [-Infinity, 5000]],
  ['the noise of a dead line', 'silent', [-90, 6000]],
  ['a quiet room', 'quiet', [-60, 5000]],
  ['a word', 'heard', [-60, 1000], [-30, 300]],
  ['a sentence with pauses', 'heard', [-30, 200], [-60, 100], [-30, 200]],
  ['a knock now and then', 'quiet', [-20, 100], [-70, 900], [-20, 100], [-70, 900], [-20, 100], [-70, 3000]],
  ['speech after the patience has ended', 'heard', [-Infinity, 7000], [-30, 300]],
  ['silence after speech', 'heard', [-30, 400], [-Infinity, 9000]],
]) {
  test(`${name} is ${expected}`, () => assert.equal(hear(...spans).state, expected))
}

test('a page that was not called for a minute has not listened for a minute', () => {
  assert.equal(heardAfter(unheard, -60, 60_000).state, 'waiting')
  assert.equal(heardAfter(unheard, -20, 60_000).state, 'waiting')
})

test('levels are decibels below full scale, and a meter from 0 to 100', () => {
  assert.equal(decibels([1, -1, 1, -1]), 0)
  assert.equal(Math.round(decibels([0.1, -0.1])), -20)
  assert.equal(decibels([0, 0]), -Infinity)
  assert.equal(decibels([]), -Infinity)
  assert.deepEqual([-Infinity, -60, -30, 0, 6].map(meterOf), [0, 0, 50, 100, 100])
  assert.deepEqual([0, 10, 50, 100].map(loudness), ['none', 'low', 'good', 'high'])
})

// --- is there a picture --------------------------------------------------------------------------------------------------

/** Looks every 500 ms from `from` on. */
const see = (glances, from = 10_000) => glances.reduce((sight, glance, index) => seenAfter(sight, { at: from + index * 500, isMuted: false, ...glance }), unseen)
const frames = (count, more) => Array.from({ length: count }, (_, index) => ({ frames: index * 10, ...more }))

for (const [name, expected, glances] of [
  ['no frame yet', 'waiting', Array(9).fill({ frames: 0 })],
  ['no frame for 5 s', 'no-picture', Array(11).fill({ frames: 0 })],
  ['a bright frame', 'seen', [{ frames: 0 }, { frames: 3, brightest: 200 }]],
  ['a camera that begins black', 'seen', [...frames(3, { brightest: 2 }), { frames: 40, brightest: 90 }]],
  ['a short darkness', 'seen', [...frames(3, { brightest: 90 }), { frames: 40, brightest: 3 }]],
  ['a covered lens', 'black', frames(5, { brightest: 12 })],
  ['a lens that is covered later', 'black', [{ frames: 0, brightest: 90 }, ...frames(6, { brightest: 3 }).map(({ frames, brightest }) => ({ frames: frames + 10, brightest }))]],
  ['a picture that stands still', 'no-picture', [{ frames: 5, brightest: 90 }, ...Array(11).fill({ frames: 5, brightest: 90 })]],
  ['a camera that is switched off', 'muted', [{ frames: 5, brightest: 90 }, { frames: 5, brightest: 90, isMuted: true }]],
]) {
  test(`${name} is ${expected}`, () => assert.equal(see(glances).state, expected))
}

test('frames per second are those of the last two seconds', () => {
  assert.equal(see(frames(2, { brightest: 90 })).framesPerS, undefined)
  assert.equal(see(frames(3, { brightest: 90 })).framesPerS, 20)
  const slower = [...frames(9, { brightest: 90 }), ...[85, 90, 95, 100].map(frames => ({ frames, brightest: 90 }))]
  assert.equal(see(slower).framesPerS, 10)
  assert.equal(see(frames(100, { brightest: 90 })).glances.length, 5)
})

test('the brightest spot is found, whatever its colour', () => {
  assert.equal(brightestOf([0, 0, 0, 255, 255, 255, 255, 255, 9, 9, 9, 255]), 255)
  assert.ok(brightestOf([0, 0, 200, 255]) > 20)
  assert.equal(brightestOf([]), 0)
})

// --- the steps -----------------------------------------------------------------------------------------------------------

const run = (...happenings) => happenings.reduce(after, idle())
const started = { on: 'started', hasRoom: true }
const got = part => ({ on: 'got', part, choice: choice(part) })

test('nothing is tested before the start, and everything is skipped then', () => {
  const { phase } = run({ on: 'verdict', part: 'camera' }, got('camera'), { on: 'finished' })
  assert.equal(phase, 'idle')
  for (const part of PARTS) assert.deepEqual(resultOf(idle())[part], { state: 'skipped', reason: 'not-tested' })
})

test('a run: what was asked for, what came, what was answered', () => {
  const test = run(
    started,
    { on: 'asked', part: 'camera' },
    { ...got('camera'), insteadOf: 'Old camera' },
    { on: 'verdict', part: 'camera', reason: 'black' },
    { on: 'verdict', part: 'camera' },
    { on: 'lost', part: 'microphone', reason: 'in-use' },
    { on: 'verdict', part: 'browser', reason: 'no-h264' },
    { on: 'finished' },
  )
  assert.equal(test.phase, 'done')
  assert.equal(test.steps.camera.insteadOf, 'Old camera')
  assert.deepEqual(resultOf(test), {
    camera: { state: 'ok', ...choice('camera') },
    microphone: { state: 'failed', reason: 'in-use' },
    speaker: { state: 'skipped', reason: 'not-tested' },
    browser: { state: 'failed', reason: 'no-h264' },
    connection: { state: 'skipped', reason: 'not-tested' },
  })
})

test('without a room there is no connection to test', () => {
  assert.deepEqual(resultOf(run({ on: 'started', hasRoom: false })).connection, { state: 'skipped', reason: 'no-room' })
})

test('a device that is not at hand has no verdict, until it comes back', () => {
  const lost = run(started, got('camera'), { on: 'verdict', part: 'camera' }, { on: 'lost', part: 'camera', reason: 'unplugged' }, { on: 'verdict', part: 'camera' })
  assert.deepEqual(resultOf(lost).camera, { state: 'failed', reason: 'unplugged', ...choice('camera') })
  const back = [got('camera'), { on: 'verdict', part: 'camera' }].reduce(after, lost)
  assert.equal(resultOf(back).camera.state, 'ok')
})

test('the same verdict changes nothing, so nothing is drawn or read out again', () => {
  const test = run(started, got('microphone'), { on: 'verdict', part: 'microphone', reason: 'quiet' })
  assert.equal(after(test, { on: 'verdict', part: 'microphone', reason: 'quiet' }), test)
  assert.notEqual(after(test, { on: 'verdict', part: 'microphone', reason: 'silent' }), test)
})

test('who was away goes on: devices are asked for again, what was answered stays', () => {
  const test = run(started, got('camera'), { on: 'verdict', part: 'camera' }, { on: 'verdict', part: 'speaker' }, { on: 'paused' })
  assert.equal(test.phase, 'paused')
  assert.equal(after(test, { on: 'verdict', part: 'camera', reason: 'black' }), test)
  const { phase, steps } = after(test, { on: 'resumed', hasRoom: true })
  assert.deepEqual([phase, steps.camera.state, steps.speaker.state], ['testing', 'asking', 'ok'])
})

test('whatever happens in whichever order, a page can be told of every part, with words for every reason', () => {
  const part = fc.constantFrom(...PARTS)
  const happening = fc.oneof(
    fc.record({ on: fc.constantFrom('started', 'resumed'), hasRoom: fc.boolean() }),
    fc.record({ on: fc.constantFrom('paused', 'finished', 'stopped') }),
    fc.record({ on: fc.constantFrom('asked', 'got', 'chose', 'again'), part, choice: fc.constant(choice('x')) }),
    fc.record({ on: fc.constant('lost'), part: fc.constantFrom('camera', 'microphone'), reason: fc.constantFrom('denied', 'unplugged') }),
    fc.record({ on: fc.constant('verdict'), part, reason: fc.constant(undefined) }),
  )
  fc.assert(
    fc.property(fc.array(happening), happenings => {
      const result = resultOf(run(...happenings))
      assert.deepEqual(Object.keys(result), [...PARTS])
      for (const [part, { state, reason }] of Object.entries(result)) {
        assert.ok(['ok', 'failed', 'skipped'].includes(state))
        assert.equal(reason === undefined, state === 'ok')
        if (state === 'failed') assert.ok(deviceWords.en.reasons[part][reason])
      }
    }),
  )
})

// --- browser and connection ----------------------------------------------------------------------------------------------

test('of what a browser lacks the cause is told, and the screen is no reason', () => {
  const all = { isSecure: true, capture: true, webrtc: true, h264: true, screen: true }
  const table = [[{}, undefined], [{ screen: false }, undefined], [{ isSecure: false, capture: false }, 'insecure'], [{ capture: false, h264: false }, 'no-capture'], [{ webrtc: false, h264: false }, 'no-webrtc'], [{ h264: false }, 'no-h264']]
  for (const [without, expected] of table) assert.equal(lacking({ ...all, ...without }), expected, JSON.stringify(without))
})

test('one slow answer does not make a slow connection', () => {
  assert.equal(median([20, 900, 30, 25, 22]), 25)
  assert.equal(verdictOf(25), undefined)
  assert.equal(verdictOf(900), 'slow')
})

// --- words ---------------------------------------------------------------------------------------------------------------

/** Every path to a word; functions are called with something that must come out again. */
const paths = (words, at = '') => Object.entries(words).flatMap(([key, word]) => (typeof word === 'object' ? paths(word, `${at}.${key}`) : [`${at}.${key}`]))

test('both languages have the same words, and every reason has a next step', () => {
  const { en, zh } = deviceWords
  assert.deepEqual(paths(zh), paths(en))
  for (const words of [en, zh]) {
    for (const reasons of Object.values(words.reasons)) {
      for (const [reason, advice] of Object.entries(reasons)) assert.ok(advice.length === 2 && advice.every(text => text.length > 3), reason)
      assert.equal(new Set(Object.values(reasons).map(([what]) => what)).size, Object.keys(reasons).length, 'each has words of its own')
    }
  }
})
