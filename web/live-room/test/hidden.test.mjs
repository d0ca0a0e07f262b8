// What a reader hides from himself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Hidden, readHidden } from '../build/hidden/hidden.js'

const NOTHING = { words: [], users: [] }

test('lists that are wrong are empty, and never throw', () => {
  for (const wrong of [null, undefined, 7, 'on', [], { words: 'no', users: {} }, { words: {}, users: [null, 4, {}, { userId: 5 }, { userId: '' }] }]) {
    assert.deepEqual(readHidden(wrong), NOTHING)
  }
  fc.assert(
    fc.property(fc.anything(), value => {
      const read = readHidden(value)
      assert.deepEqual(readHidden(JSON.parse(JSON.stringify(read))), read, 'they can be kept')
    }),
  )
})

test('lists keep their bounds, the newest stay', () => {
  assert.deepEqual(readHidden({ words: [' Spam ', 'Spam', '', '  ', 3], users: [{ userId: 'eve' }, { userId: 'eve', nick: 'Eve' }] }), {
    words: ['Spam', '3'],
    users: [{ userId: 'eve', nick: 'Eve' }],
  })
  const many = readHidden({ words: Array.from({ length: 300 }, (_, i) => `w${i}`), users: Array.from({ length: 101 }, (_, i) => ({ userId: `u${i}` })) })
  assert.deepEqual([many.words.length, many.words.at(-1), many.users.length, many.users[0].userId], [100, 'w299', 100, 'u1'])
  assert.equal(readHidden({ words: ['x'.repeat(41)] }).words[0].length, 40)
})

test('hidden by word, whatever its case, and by person', () => {
  const hidden = new Hidden()
  assert.ok(!hidden.hides('hello', 'ada'))
  hidden.set({ words: ['Spam', '广告'], users: [{ userId: 'eve', nick: 'Eve' }] })
  assert.ok(hidden.hides('buy SPAM now', 'ada'))
  assert.ok(hidden.hides('这是广告'))
  assert.ok(hidden.hides('hello', 'eve'))
  assert.ok(!hidden.hides('hello', 'ada'))
})

test('a change is told until nobody listens, and one list leaves the other as it was', () => {
  const hidden = new Hidden()
  let told = 0
  const stop = hidden.onChange(() => (told += 1))
  hidden.set({ words: ['spam'] })
  hidden.setUser({ userId: 'eve', nick: 'Eve', role: 'member' }, true)
  assert.deepEqual(hidden.lists, { words: ['spam'], users: [{ userId: 'eve', nick: 'Eve' }] })
  hidden.setUser({ userId: 'eve', nick: 'Eva' }, true)
  assert.deepEqual(hidden.lists.users, [{ userId: 'eve', nick: 'Eva' }])
  hidden.setUser({ userId: 'eve', nick: '' }, false)
  assert.deepEqual(hidden.lists, { words: ['spam'], users: [] })
  assert.equal(told, 4)
  stop()
  hidden.set({ words: [] })
  assert.equal(told, 4)
})
