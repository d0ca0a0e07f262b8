import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Announcer } from '../build/chat/later/announce.js'
import { fullBucket, take, waitMs } from '../build/chat/later/bucket.js'
import { cut, lettersLeft } from '../build/chat/later/limits.js'
import { candidates, queryAt, recentOf, withMention } from '../build/chat/later/mention.js'
import { slowUntil, standingOf } from '../build/chat/later/standing.js'
import { closedOf, reasonOf, spokenOf } from '../build/chat/later/telling.js'
import { words as laterWords } from '../build/chat/later/words.js'
import { words } from '../build/chat/words.js'
import { message, person } from './lib/chat.mjs'

// --- limits ------------------------------------------------------------------------------------------------------------

const FAMILY = '👩‍👩‍👧‍👦'

test('a family is one letter, and is never cut in pieces', () => {
  assert.equal(lettersLeft(FAMILY.repeat(3), 300), 297)
  assert.equal(cut(FAMILY.repeat(5), 2), FAMILY.repeat(2))
  assert.equal(cut('e\u0301e\u0301', 1), 'e\u0301')
})

test('the bytes of the server count too', () => {
  assert.ok(lettersLeft('字'.repeat(3000), 10_000) < 0)
  assert.ok(new TextEncoder().encode(cut('字'.repeat(3000), 10_000)).length <= 8000)
})

test('what is cut fits, and begins like the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.nat(20), (text, taken, max) => {
      const kept = cut(text, max, taken)
      assert.ok(text.startsWith(kept))
      const letters = -lettersLeft(kept, 0)
      assert.ok(letters <= Math.max(0, lettersLeft(taken, max)), `${letters} letters`)
    }),
  )
})

// --- bucket ------------------------------------------------------------------------------------------------------------

test('three at once, then one per second', () => {
  let bucket = fullBucket(0)
  for (let index = 0; index < 3; index += 1) {
    assert.equal(waitMs(bucket, 0), 0)
    bucket = take(bucket, 0)
  }
  assert.equal(waitMs(bucket, 0), 1000)
  assert.equal(waitMs(bucket, 400), 600)
  assert.equal(waitMs(bucket, 1000), 0)
  assert.equal(waitMs(take(bucket, 1000), 1000), 1000)
})

test('in no stretch of time more than three and one per second pass', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(900), { maxLength: 100 }), steps => {
      let [bucket, now] = [fullBucket(0), 0]
      const sent = []
      for (const step of steps) {
        now += step
        if (waitMs(bucket, now) > 0) continue
        bucket = take(bucket, now)
        sent.push(now)
      }
      sent.forEach((from, index) => sent.slice(index).forEach((to, more) => assert.ok(more + 1 <= 3 + (to - from) / 1000 + 1e-6)))
    }),
  )
})

test('a clock that is set back does not lock the box', () => {
  let bucket = fullBucket(1e9)
  for (let index = 0; index < 3; index += 1) bucket = take(bucket, 1e9)
  assert.ok(waitMs(bucket, 0) <= 1000)
})

// --- standing ----------------------------------------------------------------------------------------------------------

const view = (more = {}, me = {}, rules = {}) => ({
  phase: 'in',
  link: { state: 'connected' },
  me: { userId: 'me', loggedIn: true, mayModerate: false, mutedUntil: 0, ...me },
  rules: { slowMode: 0, muteAll: false, ...rules },
  ...more,
})

for (const [what, standing, expected] of [
  ['all well', view(), { kind: 'open' }],
  ['no room yet', undefined, { kind: 'entering' }],
  ['coming in', view({ phase: 'entering' }), { kind: 'entering' }],
  ['a guest', view({}, { loggedIn: false }), { kind: 'guest' }],
  ['muted', view({}, { mutedUntil: 2000 }), { kind: 'muted', until: 2000 }],
  ['muted once', view({}, { mutedUntil: 1000 }), { kind: 'open' }],
  ['everybody muted', view({}, {}, { muteAll: true }), { kind: 'mute-all' }],
  ['everybody muted but moderators', view({}, { mayModerate: true }, { muteAll: true }), { kind: 'open' }],
  ['a lost connection', view({ link: { state: 'reconnecting' } }), { kind: 'away' }],
  ['muted with a lost connection', view({ link: { state: 'offline' } }, { mutedUntil: Infinity }), { kind: 'muted', until: Infinity }],
  ['dismissed', view({ phase: 'out', outcome: { why: 'dismissed' } }), { kind: 'out', why: 'dismissed', outcome: { why: 'dismissed' } }],
  ['kicked', view({ phase: 'out', kicked: 'expired' }), { kind: 'out', why: 'expired' }],
])
  test(`the box: ${what}`, () => assert.deepEqual(standingOf(standing, 1000), expected))

test('slow mode counts from a message that goes out or was said, not from one that was refused', () => {
  const slow = view({}, {}, { slowMode: 10 })
  assert.equal(slowUntil(0, { delivery: 'pending' }, slow, 1000), 11_000)
  assert.equal(slowUntil(0, { delivery: 'said' }, slow, 2000), 12_000)
  assert.equal(slowUntil(12_000, { delivery: 'failed', failure: { cause: 'words' } }, slow, 2000), 0)
  assert.equal(slowUntil(5000, { delivery: 'held' }, slow, 2000), 5000)
  assert.equal(slowUntil(0, { delivery: 'failed', failure: { cause: 'slow_mode', retryAfter: 4 } }, slow, 2000), 6000)
  assert.equal(slowUntil(0, { delivery: 'said' }, view(), 2000), 0)
  assert.equal(slowUntil(0, { delivery: 'said' }, view({}, { mayModerate: true }, { slowMode: 10 }), 2000), 0)
})

// --- words -------------------------------------------------------------------------------------------------------------

test('every cause has its words, and what is unknown says what the server said', () => {
  const { en } = laterWords
  for (const cause of ['waited', 'lane_full', 'unknown', 'dropped', 'busy']) assert.equal(reasonOf({ cause, code: 10023, text: 'x' }, en), en.causes.busy)
  assert.equal(reasonOf({ cause: 'muted', code: 10017, text: 'x' }, en), en.causes.muted)
  assert.equal(reasonOf({ cause: '', code: 2801, text: 'x' }, en), en.causes.network)
  assert.equal(reasonOf({ cause: 'webhook', code: 10100, text: 'not today' }, en), 'not today')
  assert.equal(reasonOf({ cause: 'constructor', code: 1, text: 'odd' }, en), 'odd')
})

test('every way out of a room has its words, in both languages', () => {
  const outs = ['dismissed', 'removed', 'banned', 'left-elsewhere', 'refused'].map(why => ({ kind: 'out', why, outcome: { why, reason: 'spam', until: Infinity } }))
  for (const language of ['en', 'zh'])
    for (const standing of [...outs, ...['other-login', 'by-backend', 'expired'].map(why => ({ kind: 'out', why }))]) {
      const told = closedOf(standing, laterWords[language], language, 0)
      assert.ok(told && !told.includes('undefined'), `${standing.why}: ${told}`)
    }
})

test('both languages say the same things', () => {
  for (const { en, zh } of [words, laterWords]) {
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort())
    assert.deepEqual(Object.keys(zh.causes ?? {}).sort(), Object.keys(en.causes ?? {}).sort())
  }
})

// --- mention -----------------------------------------------------------------------------------------------------------

for (const [text, expected] of [
  ['@', { from: 0, text: '' }],
  ['hi @ad', { from: 3, text: 'ad' }],
  ['你好@小', { from: 2, text: '小' }],
  ['mail me@example', undefined],
  ['@ada ', undefined],
  ['@@a', undefined],
])
  test(`looking for a name in "${text}"`, () => assert.deepEqual(queryAt(text, text.length), expected))

test('names that begin with the text come first, and never mine', () => {
  const people = [person('1', 'member', 'Ada'), person('2', 'member', 'Sad Sam'), person('3', 'member', 'adam'), person('me', 'member', 'Adeline')]
  assert.deepEqual(candidates(people, 'AD', 'me').map(({ nick }) => nick), ['Ada', 'adam', 'Sad Sam'])
})

test('who spoke last is first, and once', () => {
  const rows = ['a', 'b', 'a', 'c'].map(id => ({ kind: 'said', all: [message('x', { from: person(id) })] }))
  assert.deepEqual(recentOf(rows).map(({ userId }) => userId), ['c', 'a', 'b'])
})

test('a name goes where the caret is, apart from words', () => {
  const ada = person('ada', 'member', 'Ada')
  assert.deepEqual(withMention('hi @ad there', 3, 6, ada), { text: 'hi @Ada there', caret: 8 })
  assert.deepEqual(withMention('hi', 2, 2, ada), { text: 'hi @Ada ', caret: 8 })
})

// --- announce ----------------------------------------------------------------------------------------------------------

test('a quiet room is read out; a busy one is summed up every 15 s; then it is read out again', () => {
  const announcer = new Announcer()
  assert.equal(announcer.add(1, 0, 0).all, true)
  let told
  for (let now = 100; now <= 2000; now += 100) told = announcer.add(1, 0, now)
  assert.deepEqual(told, { all: false, dear: 0 })
  assert.equal(announcer.summary(10_000), 0)
  const count = announcer.summary(announcer.dueAt)
  assert.equal(count, 16, '21 came, 5 were told one by one')
  assert.equal(announcer.dueAt, 0)
  assert.equal(announcer.add(1, 0, 30_000).all, true)
})

test('in a busy room what means the reader is told, and no torrent of that either', () => {
  const announcer = new Announcer()
  announcer.add(20, 0, 0)
  const told = [100, 200, 300, 400, 500].map(now => announcer.add(2, 1, now).dear)
  assert.deepEqual(told, [1, 1, 1, 0, 0])
  assert.equal(announcer.summary(announcer.dueAt), 20 + 10 - 3, 'nobody is counted twice')
  announcer.add(20, 0, 30_000)
  assert.equal(announcer.add(1, 1, 30_100).dear, 1)
})

test('who wants less hears less', () => {
  for (const [level, dear] of [['some', 3], ['off', 0]]) {
    const announcer = new Announcer(level)
    assert.equal(announcer.add(1, 0, 0).all, false)
    let told = 0
    for (let now = 0; now < 2000; now += 100) told += announcer.add(1, 1, now).dear
    assert.equal(told, dear, level)
    assert.equal(announcer.summary(1e6), 0)
  }
})

test('a message for the ear: who, as what, and what; no time, no buttons', () => {
  const spoken = (from, text, more, gifts = []) => spokenOf(message(text, { from, ...more }), words.en, gifts, 'en')
  const [bob, lin] = [person('bob', 'member', 'Bob'), person('lin', 'owner', 'Lin')]
  assert.equal(spoken(bob, 'hello'), 'Bob: hello')
  assert.equal(spoken(lin, 'hi @Ada', { mentionsMe: true }), 'Lin, host, mentions you: hi @Ada')
  assert.equal(spoken(bob, '', { kind: 'gift', gift: { id: 'rose', count: 3 } }, [{ id: 'rose', name: { en: 'Rose' }, icon: '', price: 1 }]), 'Bob: sent Rose ×3')
})
