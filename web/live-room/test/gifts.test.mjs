// Which gifts have a banner, what is read out of them, and how they look.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Banners, COMBO_MS, valueOf } from '../build/gifts/banners.js'
import { DEFAULT_GIFTS, catalogueOf, giftIcon, giftName } from '../build/gifts/catalogue.js'
import { News, TELL_EVERY_MS } from '../build/gifts/news.js'

const given = (userId, gift = 'rose', count = 1, price = 1) => ({ userId, person: { nick: userId }, gift, count, price })
const shown = banners => banners.slots.map(banner => banner && `${banner.userId}/${banner.gift}x${banner.count}`)

test('the same gift of the same person within four seconds counts up, and stands on', () => {
  const banners = new Banners(3)
  banners.add(given('ada'), 0)
  banners.add(given('ada', 'rose', 10), COMBO_MS - 1)
  assert.deepEqual(shown(banners), ['ada/rosex11', undefined, undefined])
  banners.advance(COMBO_MS + 100)
  assert.equal(shown(banners)[0], 'ada/rosex11')
  banners.add(given('ada'), 2 * COMBO_MS)
  assert.equal(shown(banners)[0], 'ada/rosex1', 'later it is a new one')
})

test('another gift, or another person, is another banner; each keeps its slot', () => {
  const banners = new Banners(3)
  banners.add(given('ada'), 0)
  banners.add(given('ada', 'cake'), 1000)
  banners.add(given('bob'), 2000)
  assert.deepEqual(shown(banners), ['ada/rosex1', 'ada/cakex1', 'bob/rosex1'])
  banners.advance(COMBO_MS)
  assert.deepEqual(shown(banners), [undefined, 'ada/cakex1', 'bob/rosex1'])
})

test('the most valuable of those that wait comes next, then the oldest', () => {
  const banners = new Banners(1)
  banners.add(given('first'), 0)
  banners.add(given('cheap'), 1)
  banners.add(given('cheap too'), 2)
  banners.add(given('many', 'rose', 500), 3)
  banners.add(given('dear', 'crown', 1, 520), 4)
  banners.add(given('cheap', 'rose', 600), 5)
  const order = []
  for (let now = COMBO_MS; banners.slots[0]; now += COMBO_MS) {
    order.push(banners.slots[0].userId)
    banners.advance(now)
  }
  assert.deepEqual(order, ['first', 'cheap', 'dear', 'many', 'cheap too'])
})

test('thirty wait at most: the least valuable go', () => {
  const banners = new Banners(2)
  for (let i = 0; i < 100; i += 1) banners.add(given(`u${i}`, 'rose', i + 1), 0)
  assert.equal(banners.queued, 30)
  banners.advance(COMBO_MS)
  assert.deepEqual(shown(banners), ['u99/rosex100', 'u98/rosex99'])
})

test('a banner that is taken back leaves its slot, or the queue', () => {
  const banners = new Banners(1)
  banners.add(given('eve'), 0)
  banners.add(given('eve', 'cake'), 0)
  banners.add(given('ada'), 0)
  banners.remove(({ userId }) => userId === 'eve')
  banners.advance(1)
  assert.deepEqual(shown(banners), ['ada/rosex1'])
})

test('with a slot less its banner waits again', () => {
  const banners = new Banners(3)
  for (const user of ['a', 'b', 'c']) banners.add(given(user), 0)
  banners.resize(2)
  assert.deepEqual([shown(banners), banners.queued], [['a/rosex1', 'b/rosex1'], 1])
  banners.resize(3)
  banners.advance(1)
  assert.equal(shown(banners)[2], 'c/rosex1')
})

test('no gift is shown twice or lost while there is room, and nobody of less value is shown before one who waits', () => {
  const gift = fc.record({ wait: fc.integer({ min: 0, max: 2500 }), user: fc.constantFrom('a', 'b', 'c', 'd', 'e'), gift: fc.constantFrom(['rose', 1], ['cake', 10]), count: fc.integer({ min: 1, max: 99 }) })
  fc.assert(
    fc.property(fc.array(gift, { maxLength: 60 }), gifts => {
      const banners = new Banners(2)
      const seen = new Map()
      let [now, sum] = [0, 0]
      const look = () => {
        for (const banner of banners.slots) if (banner) seen.set(banner.key, banner.count)
        const pairs = banners.slots.filter(Boolean).map(({ userId, gift }) => `${userId}/${gift}`)
        assert.equal(new Set(pairs).size, pairs.length)
        if (banners.queued > 0) assert.ok(banners.slots.every(Boolean), 'nobody waits beside an empty slot')
      }
      for (const { wait, user, gift: [id, price], count } of gifts) {
        now += wait
        sum += count
        // ends are met in time, as the element does
        for (let end = banners.nextAt; end > 0 && end <= now; end = banners.nextAt) {
          banners.advance(end)
          look()
        }
        banners.add(given(user, id, count, price), now)
        look()
      }
      while (banners.nextAt > 0) {
        banners.advance(banners.nextAt)
        look()
      }
      assert.equal([...seen.values()].reduce((all, count) => all + count, 0), sum)
    }),
  )
})

test('gifts are told once in three seconds: the most valuable, and how many others', () => {
  const news = new News()
  const add = (key, count, value) => news.add({ key, count, value })
  assert.equal(news.tell(0), undefined)
  add('ada rose', 1, 1)
  assert.deepEqual(news.tell(0), { gift: { key: 'ada rose', count: 1, value: 1 }, others: 0 })
  add('ada rose', 1, 1)
  add('ada rose', 2, 2)
  add('bob crown', 1, 520)
  assert.equal(news.tell(TELL_EVERY_MS - 1), undefined)
  assert.equal(news.dueAt, TELL_EVERY_MS)
  assert.deepEqual(news.tell(TELL_EVERY_MS), { gift: { key: 'bob crown', count: 1, value: 520 }, others: 1 })
  assert.equal(news.dueAt, 0)
})

test('values are prices times counts', () => assert.equal(valueOf({ price: 10, count: 3 }), 30))

test('the catalogue is the page\'s, else ours; names are in both languages', () => {
  const own = [{ id: 'x', name: 'X', icon: '⭐', price: 1 }]
  assert.equal(catalogueOf(own, DEFAULT_GIFTS), own)
  assert.equal(catalogueOf([], own), own)
  assert.equal(catalogueOf(), DEFAULT_GIFTS)
  for (const kind of DEFAULT_GIFTS) {
    assert.match(giftName(kind, kind.id, 'en'), /^[A-Z]/)
    assert.match(giftName(kind, kind.id, 'zh'), /^\p{Script=Han}+$/u)
    assert.deepEqual(giftIcon(kind), { emoji: kind.icon })
  }
  assert.equal(giftName({ name: { 'zh-CN': '星', en: 'Star' } }, 'x', 'zh'), '星')
  assert.equal(giftName({ name: { fr: 'Étoile' } }, 'x', 'en'), 'Étoile')
  assert.equal(giftName(undefined, '<b>', 'en'), '<b>')
})

test('an icon is an emoji or a safe picture, or nothing', () => {
  const icon = value => giftIcon({ icon: value })
  assert.deepEqual(icon('https://example.com/rose.png'), { image: 'https://example.com/rose.png' })
  assert.deepEqual(icon('data:image/png;base64,AAAA'), { image: 'data:image/png;base64,AAAA' })
  for (const bad of ['javascript:alert(1)', 'data:image/svg+xml,<svg/>', 'data:text/html,x', '', '//', 'http://[']) assert.deepEqual(icon(bad), {}, bad)
  assert.deepEqual(giftIcon(undefined), {})
})
