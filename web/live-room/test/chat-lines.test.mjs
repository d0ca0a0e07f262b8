import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Lines, timesOf } from '../build/chat/lines.js'
import { message, person } from './lib/chat.mjs'

const says = (lines, ...messages) => messages.forEach(each => lines.add({ kind: 'message', message: each }, each.at))
const kinds = lines => lines.rows.map(({ kind }) => kind)

test('equal texts within 5 s share a row, whoever said them', () => {
  const lines = new Lines()
  says(lines, message('666', { at: 1000 }), message('666', { at: 4000, from: person('bob') }), message('666', { at: 9001, from: person('cid') }))
  assert.equal(lines.rows.length, 2)
  assert.equal(timesOf(lines.rows[0]), 2)
})

test('the time counts from the last of them, so that a wave stays one row', () => {
  const lines = new Lines()
  for (let at = 0; at <= 20_000; at += 4000) says(lines, message('666', { at }))
  assert.equal(timesOf(lines.rows[0]), 6)
})

for (const [what, first, second] of [
  ['another text', {}, { text: 'b' }],
  ['mine', {}, { mine: true }],
  ['after mine', { mine: true }, {}],
  ['one that mentions me', {}, { mentionsMe: true }],
  ['one of the host', {}, { from: person('h', 'owner') }],
  ['after a removed one', { removed: { by: '', reason: '' } }, {}],
  ['a gift of somebody else', { gift: { id: 'rose', count: 1 }, kind: 'gift' }, { gift: { id: 'rose', count: 1 }, kind: 'gift', from: person('bob') }],
  ['another gift', { gift: { id: 'rose', count: 1 }, kind: 'gift' }, { gift: { id: 'cake', count: 1 }, kind: 'gift' }],
])
  test(`no row is shared by ${what}`, () => {
    const lines = new Lines()
    says(lines, message('a', first), message(second.text ?? 'a', second))
    assert.equal(lines.rows.length, 2)
  })

test('gifts of one kind by one person are added up', () => {
  const lines = new Lines()
  const rose = count => message('', { kind: 'gift', gift: { id: 'rose', count } })
  says(lines, rose(3), rose(2))
  assert.deepEqual([lines.rows.length, timesOf(lines.rows[0])], [1, 5])
})

test('for a moderator only one person shares a row with himself', () => {
  const lines = new Lines()
  lines.apart = true
  says(lines, message('666'), message('666', { from: person('bob') }), message('666'))
  assert.deepEqual(lines.rows.map(timesOf), [2, 1])
})

test('a removed message leaves the row that it shares, and is the row when it is the last', () => {
  const lines = new Lines()
  const [a, b] = [message('666'), message('666', { from: person('bob') })]
  says(lines, a, b)
  const before = lines.rows[0]
  a.removed = { by: '', reason: '' }
  lines.changed(a)
  assert.deepEqual(lines.rows[0].all, [b])
  assert.notEqual(lines.rows[0], before, 'rows are replaced, not changed')
  b.removed = { by: '', reason: '' }
  lines.changed(b)
  assert.deepEqual(lines.rows[0].all, [b])
})

test('who is put out loses what he said, alone and in shared rows, and nobody else does', () => {
  const lines = new Lines()
  says(lines, message('hi'), message('666'), message('666', { from: person('bob') }), message('bye', { from: person('bob') }))
  lines.add({ kind: 'line', line: { kind: 'put-out', people: [person('ada')], by: person('m'), reason: '', seconds: 0, banned: false } }, 0)
  assert.deepEqual(lines.rows.map(row => row.cleared), [true, false, false, undefined])
  assert.deepEqual(lines.rows[1].all.map(({ from }) => from.userId), ['bob'])
})

test('comings share a line for 2 s, and for longer while nothing else is said', () => {
  const lines = new Lines()
  const came = (now, ...ids) => lines.add({ kind: 'came', people: ids.map(id => person(id)) }, now)
  came(0, 'a')
  came(9000, 'b', 'b')
  assert.deepEqual([lines.rows.length, lines.rows[0].count], [1, 2])
  says(lines, message('hello', { at: 9000 }))
  came(9100, 'c')
  assert.deepEqual(kinds(lines), ['came', 'said', 'came'])
  says(lines, message('hello again', { at: 9000 }))
  came(11_000, 'd')
  assert.deepEqual(kinds(lines), ['came', 'said', 'came', 'said'], 'within 2 s the line grows where it stands')
  came(11_100, 'e')
  assert.equal(kinds(lines).at(-1), 'came')
})

test('there is at most one line of comings per 2 s, whatever is said between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(700), fc.boolean()), { maxLength: 200 }), steps => {
      const lines = new Lines()
      let now = 0
      steps.forEach(([wait, isComing], index) => {
        now += wait
        if (isComing) lines.add({ kind: 'came', people: [person(`p${index}`)] }, now)
        else says(lines, message(`t${index}`, { at: now }))
      })
      const since = lines.rows.filter(({ kind }) => kind === 'came').map(row => row.since)
      assert.ok(since.every((at, index) => index === 0 || at - since[index - 1] >= 2000))
      const counted = lines.rows.reduce((sum, row) => sum + (row.kind === 'came' ? row.count : 0), 0)
      assert.equal(counted, steps.filter(([, isComing]) => isComing).length)
    }),
  )
})

test('one divider stands behind what was said before we came, however it comes in', () => {
  const lines = new Lines()
  says(lines, message('a', { earlier: true }), message('b', { earlier: true }))
  says(lines, message('c', { earlier: true }), message('d'))
  assert.deepEqual(kinds(lines), ['said', 'said', 'said', 'earlier', 'said'])
})

test('what was said before does not share a row with what is said now', () => {
  const lines = new Lines()
  says(lines, message('a', { earlier: true }), message('a'))
  assert.deepEqual(kinds(lines), ['said', 'earlier', 'said'])
})

test('trimming takes the oldest unseen rows, and then the unseen ones below, with a note', () => {
  const lines = new Lines()
  for (let index = 0; index < 20; index += 1) says(lines, message(`m${index}`))
  assert.deepEqual(lines.trim(18, 5, 10), { top: 2, tail: 0 })
  assert.deepEqual(lines.trim(10, 3, 10), { top: 3, tail: 5 })
  assert.deepEqual(lines.rows.map(row => (row.kind === 'said' ? row.all[0].text : `-${row.count}`)), ['m5', 'm6', 'm7', 'm8', 'm9', '-6', 'm16', 'm17', 'm18', 'm19'])
  says(lines, message('x'))
  assert.deepEqual(lines.trim(10, 0, 6), { top: 0, tail: 1 })
  assert.equal(lines.rows[5].count, 7, 'the note grows')
})

test('keys are unique, and unchanged rows stay the same objects', () => {
  const lines = new Lines()
  for (let index = 0; index < 50; index += 1) says(lines, message(`m${index % 7}`, { at: index * 1000 }))
  assert.equal(new Set(lines.rows.map(({ key }) => key)).size, lines.rows.length)
  const before = [...lines.rows]
  says(lines, message('new', { at: 60_000 }))
  before.forEach((row, index) => assert.equal(lines.rows[index], row))
})

test('a failed message can be taken away; one that is not there changes nothing', () => {
  const lines = new Lines()
  const mine = message('a', { mine: true })
  says(lines, mine)
  lines.drop(message('b'))
  assert.equal(lines.rows.length, 1)
  lines.drop(mine)
  assert.equal(lines.rows.length, 0)
})
