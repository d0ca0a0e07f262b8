import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isolated } from '../build/base/people.js'
import { refusal } from '../build/host/act.js'
import { placed } from '../build/base/place.js'
import { queue } from '../build/host/queue.js'
import { canActOn, canDelete, canName, secondsLeft } from '../build/host/rights.js'
import { causes, segments } from '../build/host/tally.js'
import { WORDS } from '../build/host/words.js'
import { WORDS as AUDIENCE } from '../build/audience/words.js'

const me = (role, mayModerate = role === 'owner' || role === 'admin') => ({ userId: 'me', nick: 'Me', avatar: '', role, mayModerate, loggedIn: true, maySpeak: true, mutedUntil: 0 })
const person = (role, userId = 'you') => ({ userId, nick: userId, avatar: '', role })

test('owners act on everybody but themselves, admins on members and guests, others on nobody', () => {
  const allowed = (mine, its) => canActOn(me(mine), person(its))
  const table = { owner: { owner: false, admin: true, member: true, guest: true }, admin: { owner: false, admin: false, member: true, guest: true }, member: { owner: false, admin: false, member: false, guest: false } }
  for (const [mine, row] of Object.entries(table)) for (const [its, expected] of Object.entries(row)) assert.equal(allowed(mine, its), expected, `${mine} on ${its}`)
})

test('nobody acts on himself or on somebody without a name, whatever the roles', () => {
  const role = fc.constantFrom('owner', 'admin', 'member', 'guest')
  fc.assert(fc.property(role, role, fc.boolean(), fc.constantFrom('me', ''), (mine, its, may, id) => !canActOn(me(mine, may), person(its, id)) && !canName(me(mine, may), person(its, id))))
})

test('only the owner names admins, and no guests', () => {
  assert.equal(canName(me('owner'), person('member')), true)
  assert.equal(canName(me('owner'), person('admin')), true)
  assert.equal(canName(me('owner'), person('guest')), false)
  assert.equal(canName(me('admin'), person('member')), false)
})

test('a message can be deleted when the room has it and it is still there', () => {
  assert.equal(canDelete(me('admin'), { sequence: 3 }), true)
  assert.equal(canDelete(me('admin'), { sequence: 0 }), false)
  assert.equal(canDelete(me('admin'), { sequence: 3, removed: { by: '', reason: '' } }), false)
  assert.equal(canDelete(me('admin'), undefined), false)
  assert.equal(canDelete(me('member'), { sequence: 3 }), false)
})

test('time that is left is whole seconds, never negative, and for ever stays', () => {
  assert.equal(secondsLeft(10_001, 10_000), 1)
  assert.equal(secondsLeft(5, 10_000), 0)
  assert.equal(secondsLeft(Infinity, 10_000), Infinity)
})

test('a popover is inside the window, wherever its anchor is', () => {
  const side = fc.integer({ min: 320, max: 2000 })
  const at = fc.integer({ min: -200, max: 2200 })
  fc.assert(
    fc.property(side, side, at, at, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), fc.boolean(), (width, height, x, y, w, h, rtl) => {
      const { inline, block } = placed({ x, y, width: 40, height: 40 }, { width: w, height: h }, { width, height }, rtl)
      assert.ok(inline >= 8 && inline + w <= width - 8, `${inline}`)
      assert.ok(block >= 8 && block + h <= height - 8, `${block}`)
    }),
  )
})

test('a popover starts where its anchor starts, below it or above, on the side where lines begin', () => {
  const window = { width: 1000, height: 600 }
  const size = { width: 200, height: 100 }
  assert.deepEqual(placed({ x: 300, y: 100, width: 50, height: 20 }, size, window, false), { inline: 300, block: 124 })
  assert.deepEqual(placed({ x: 300, y: 550, width: 50, height: 20 }, size, window, false), { inline: 300, block: 446 })
  assert.deepEqual(placed({ x: 300, y: 100, width: 50, height: 20 }, size, window, true), { inline: 650, block: 124 })
  assert.equal(placed({ x: 0, y: 0, width: 10, height: 10 }, { width: 2000, height: 900 }, window, false).inline, 8)
})

test('the bar of a tally fills its hundred, without gaps and without empty parts', () => {
  const count = fc.nat({ max: 5000 })
  const by = fc.dictionary(fc.constantFrom('muted', 'slow_mode', 'lane_full', '__proto__', 'new_cause'), count, { noNullPrototype: true })
  fc.assert(
    fc.property(count, count, by, by, (admitted, pending, rejected, dropped) => {
      const parts = segments({ offered: 0, admitted, pending, rejected, dropped })
      let end = 0
      for (const { from, width, count } of parts) {
        assert.ok(count > 0 && width > 0 && Math.abs(from - end) < 1e-6)
        end = from + width
      }
      assert.ok(parts.length === 0 ? admitted + pending === 0 : Math.abs(end - 100) < 1e-6)
    }),
  )
})

test('causes come by their number', () => {
  const tally = { offered: 9, admitted: 0, pending: 0, rejected: { muted: 2, links: 0 }, dropped: { lane_full: 7 } }
  assert.deepEqual(causes(tally), [{ fate: 'dropped', cause: 'lane_full', count: 7 }, { fate: 'rejected', cause: 'muted', count: 2 }])
})

test('rows of the queue do not slip away under a finger, and do when it is gone', () => {
  const row = held => ({ held, from: person('member'), text: `t${held}`, until: 0 })
  const first = queue([], [row(1), row(2)], false)
  assert.deepEqual(first.map(({ held, gone }) => [held, gone]), [[1, false], [2, false]])
  const still = queue(first, [row(2), row(3)], true)
  assert.deepEqual(still.map(({ held, gone }) => [held, gone]), [[1, true], [2, false], [3, false]])
  assert.deepEqual(queue(still, [row(2), row(3)], false).map(({ held, gone }) => [held, gone]), [[2, false], [3, false]])
})

test('a refusal is said in words where there are some, never through the prototype', () => {
  const said = (code, cause, message = 'text') => refusal({ code, message, data: { cause } }, WORDS.en.refusals)
  assert.equal(said(10007, 'not_moderator'), WORDS.en.refusals.not_moderator)
  assert.equal(said(2800), WORDS.en.refusals.offline)
  assert.equal(said(10004, 'bad_request'), 'text (10004)')
  assert.equal(said(1, 'constructor'), 'text (1)')
})

test('a foreign name cannot turn the sentence around it', () => {
  assert.equal(isolated('\u202eevil\u2069\u2066x'), '\u2068evilx\u2069')
})

test('both languages have the same words', () => {
  const keys = (words, path = '') => Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' ? keys(value, `${path}${key}.`) : [`${path}${key}:${typeof value}`])).sort()
  for (const { en, zh } of [WORDS, AUDIENCE]) assert.deepEqual(keys(zh), keys(en))
})
