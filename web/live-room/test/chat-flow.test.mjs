import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Flow } from '../build/chat/flow.js'
import { Follow } from '../build/chat/follow.js'
import { message, person } from './lib/chat.mjs'

const texts = ({ items }) => items.flatMap(item => (item.kind === 'message' ? [item.message.text] : [item.kind]))

/** Offers `perSecond` messages for some seconds and flushes ten times in each. */
function flood(flow, perSecond, seconds, of = () => ({})) {
  let [shown, skipped, offered] = [0, 0, 0]
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    for (let index = 0; index < perSecond / 10; index += 1) flow.add({ kind: 'message', message: message(`${++offered}`, of(offered)) })
    const flushed = flow.flush(1000 + tick * 100)
    shown += flushed.items.length
    skipped += flushed.skipped
  }
  return { shown, skipped, offered }
}

test('up to 30 per second nothing is skipped', () => {
  assert.deepEqual(flood(new Flow(), 30, 20), { shown: 600, skipped: 0, offered: 600 })
})

test('at 200 per second about 30 are shown, and the rest is counted', () => {
  const { shown, skipped, offered } = flood(new Flow(), 200, 10)
  assert.equal(shown + skipped, offered)
  assert.ok(shown >= 300 && shown <= 360, `${shown} were shown`)
})

test('those that are shown are the newest, in their order', () => {
  const flow = new Flow()
  for (let index = 0; index < 100; index += 1) flow.add({ kind: 'message', message: message(`${index}`) })
  assert.deepEqual(texts(flow.flush(1000)), Array.from({ length: 60 }, (_, index) => `${index + 40}`))
})

test('what matters to somebody is never skipped, whatever the flood', () => {
  const special = [{ mine: true }, { mentionsMe: true }, { kind: 'gift' }, { from: person('h', 'owner') }, { from: person('a', 'admin') }]
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 400 }), fc.nat(50), (choices, every) => {
      const flow = new Flow()
      const wanted = []
      const got = []
      choices.forEach((choice, index) => {
        const item = choice < 5 ? { kind: 'message', message: message(`${index}`, special[choice]) } : choice === 9 ? { kind: 'line', line: { kind: 'gap', from: 1 } } : undefined
        if (item) wanted.push(item)
        flow.add(item ?? { kind: 'message', message: message('x') })
        if (index % (every + 1) === 0) got.push(...flow.flush(index).items)
      })
      got.push(...flow.flush(choices.length).items)
      assert.deepEqual(got.filter(item => wanted.includes(item)), wanted)
    }),
  )
})

test('what was missed without a connection comes, as much as a list shows', () => {
  const flow = new Flow()
  for (let index = 0; index < 150; index += 1) flow.add({ kind: 'message', message: message(`${index}`, { stale: true }) })
  assert.deepEqual([flow.flush(0).items.length], [150])
  for (let index = 0; index < 500; index += 1) flow.add({ kind: 'message', message: message(`${index}`, { stale: true }) })
  const { items, skipped } = flow.flush(1)
  assert.deepEqual([items.length, skipped], [200, 300])
})

test('a tab that nobody looks at does not hoard, and still counts', () => {
  const flow = new Flow()
  for (let index = 0; index < 50_000; index += 1) flow.add({ kind: 'message', message: message(`${index}`) })
  assert.ok(flow.size < 2000)
  const { items, skipped } = flow.flush(0)
  assert.equal(items.length + skipped, 50_000)
})

test('at most ten flushes per second, also when the clock is set back', () => {
  const flow = new Flow()
  flow.flush(10_000)
  assert.equal(flow.waitMs(10_000), 100)
  assert.equal(flow.waitMs(10_060), 40)
  assert.equal(flow.waitMs(10_200), 0)
  assert.ok(flow.waitMs(5000) <= 100)
})

// --- follow ------------------------------------------------------------------------------------------------------------

const at = (top, inner = 2000, height = 500) => ({ top, height, inner })

function reading(total = 500) {
  const follow = new Follow()
  follow.added(total, total, 0, total)
  follow.stuck(1500)
  follow.scrolled(at(1000), total)
  return follow
}

test('while it follows, the page has the newest 200 rows', () => {
  const follow = new Follow()
  follow.added(700, 700, 0, 700)
  assert.deepEqual([follow.above, follow.below, follow.unread], [500, 0, 0])
})

test('only a way up ends following; that the end moves away does not', () => {
  const follow = new Follow()
  follow.added(100, 100, 0, 100)
  follow.stuck(1500)
  follow.scrolled(at(1500, 2600), 100)
  assert.equal(follow.following, true)
  follow.scrolled(at(1480, 2000), 100)
  assert.equal(follow.following, true, 'within 32 px of the end')
  follow.scrolled(at(1400, 2000), 100)
  assert.equal(follow.following, false)
})

test('who reads above finds what is new counted, mentions apart', () => {
  const follow = reading()
  follow.added(3, 4, 1, 503)
  assert.deepEqual([follow.unread, follow.mentions], [4, 1])
  follow.resume(503)
  assert.deepEqual([follow.following, follow.unread, follow.mentions, follow.above, follow.below], [true, 0, 0, 303, 0])
})

test('coming down to the end resumes, but only when the newest is there', () => {
  const follow = reading()
  follow.added(600, 600, 0, 1100)
  assert.ok(follow.below > 0)
  assert.equal(follow.scrolled(at(1500), 1100), true)
  assert.equal(follow.following, false)
  while (follow.below > 0) follow.scrolled(at(1500), 1100)
  follow.scrolled(at(1500), 1100)
  assert.equal(follow.following, true)
})

test('going up asks for older rows, until there are none', () => {
  const follow = reading()
  assert.equal(follow.scrolled(at(100), 500), true)
  assert.equal(follow.above, 200)
  follow.scrolled(at(100), 500)
  follow.scrolled(at(100), 500)
  assert.equal(follow.scrolled(at(100), 500), false)
  assert.equal(follow.above, 0)
})

test('above a reader nothing goes away: the first row in the page stays, however much is said', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 60 }), bursts => {
      const follow = reading()
      let total = 500
      const first = follow.above
      let gone = 0
      for (const burst of bursts) {
        total += burst
        follow.added(burst, burst, 0, total)
        const excess = Math.max(0, total - 1000)
        const top = Math.min(excess, follow.above)
        const tail = Math.min(follow.below, excess - top)
        follow.trimmed({ top, tail })
        gone += top
        total -= top + tail
        assert.equal(follow.above + gone, first)
        assert.ok(follow.above >= 0 && follow.below >= 0)
        assert.ok(total - follow.above - follow.below <= 400)
        assert.ok(total <= 1000)
      }
    }),
  )
})
