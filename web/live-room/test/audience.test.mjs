import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { recent, without } from '../build/audience/faces.js'
import { arranged, found, LOADED_MAX, refreshed, withNew, withPage } from '../build/audience/members.js'

const member = (userId, joinedAt = 0, role = 'member', nick = userId) => ({ userId, nick, avatar: '', role, joinedAt, mutedUntil: 0 })
const ids = members => members.map(({ userId }) => userId)

const someone = fc.record({
  userId: fc.string({ minLength: 1, maxLength: 3 }),
  nick: fc.string({ minLength: 1, maxLength: 5 }),
  avatar: fc.constant(''),
  role: fc.constantFrom('owner', 'admin', 'member'),
  joinedAt: fc.nat({ max: 9 }),
  mutedUntil: fc.constant(0),
})
const people = fc.uniqueArray(someone, { selector: ({ userId }) => userId, maxLength: 30 })

test('host, admins, then the newest', () => {
  const list = arranged([member('old', 1), member('host', 0, 'owner'), member('new', 9), member('admin', 5, 'admin')])
  assert.deepEqual(ids(list), ['host', 'admin', 'new', 'old'])
})

test('the order does not depend on how the list came about', () => {
  fc.assert(fc.property(people, people => assert.deepEqual(ids(arranged(people)), ids(arranged([...people].reverse())))))
})

test('pages join without doubles, and newer rows replace older ones', () => {
  const list = withPage([member('a', 1), member('b', 2)], [member('b', 3, 'admin'), member('c', 1)])
  assert.deepEqual(list.map(({ userId, role }) => [userId, role]), [['b', 'admin'], ['a', 'member'], ['c', 'member']])
})

test('more than the most are not kept, but host and admins are', () => {
  const many = Array.from({ length: LOADED_MAX + 50 }, (_, index) => member(`u${index}`, index + 10))
  const list = withPage(many, [member('host', 0, 'owner')])
  assert.equal(list.length, LOADED_MAX)
  assert.equal(list[0].userId, 'host')
})

test('a newest page that is asked for again drops those who left it and keeps the pages behind it', () => {
  const loaded = [member('e', 5), member('d', 4), member('c', 3), member('b', 2), member('a', 1)]
  assert.deepEqual(ids(refreshed(loaded, [member('f', 6), member('d', 4)], 77)), ['f', 'd', 'c', 'b', 'a'])
  assert.deepEqual(ids(refreshed(loaded, [member('f', 6)], 0)), ['f'], 'the whole list')
  assert.deepEqual(ids(refreshed(loaded, [], 0)), [])
})

test('those who joined in the last second of the page may be on the next one', () => {
  assert.deepEqual(ids(refreshed([member('x', 4), member('y', 4)], [member('x', 4)], 5)), ['x', 'y'])
})

test('who comes is the newest, once, and keeps his mute; guests without a name are not listed', () => {
  const before = [{ ...member('a', 1), mutedUntil: 99 }, member('b', 2)]
  const list = withNew(before, [{ userId: 'a', nick: 'A', avatar: '', role: 'member' }, { userId: '', nick: '', avatar: '', role: 'guest' }], 10)
  assert.deepEqual(list.map(({ userId, mutedUntil }) => [userId, mutedUntil]), [['a', 99], ['b', 0]])
})

test('coming and going leaves the list as it was', () => {
  fc.assert(fc.property(people, someone, (people, one) => {
    const others = arranged(people.filter(({ userId }) => userId !== one.userId))
    assert.deepEqual(without(withNew(others, [one], 5), [one]), others)
  }))
})

test('search finds letters of nick and id, whatever their case, and everything when nothing is sought', () => {
  const list = [member('u1', 0, 'member', 'Ada'), member('ADMIN', 0, 'member', '小明'), member('x', 0, 'member', 'Bob')]
  assert.deepEqual(ids(found(list, ' ad ')), ['u1', 'ADMIN'])
  assert.deepEqual(ids(found(list, '明')), ['ADMIN'])
  assert.deepEqual(ids(found(list, '  ')), ids(list))
  assert.deepEqual(ids(found(list, '.*')), [])
})

test('faces are the last five, everyone once, the newest first', () => {
  const faces = recent([member('a'), member('b'), member('c')], [member('d'), member('b'), member('')], 3)
  assert.deepEqual(ids(faces), ['d', 'b', 'a'])
})
