import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flood, dueAt } from '../server/flood.mjs'
import { crowd, customOf, people } from '../server/people.mjs'
import { SCRIPT } from '../server/script.mjs'
import { Talkers } from '../server/talkers.mjs'

const CROWD = crowd('http://127.0.0.1:1')
const PLAN = { seconds: 1, text: 50, low: 10, gift: 3, like: 100 }

/** A room that lets `rate` texts pass and answers at once. */
function room({ rate = 20, fails = () => false } = {}) {
  const calls = []
  let watching
  return {
    calls,
    door: {
      async call(command, body) {
        calls.push({ command, ...body })
        if (fails(body)) throw new Error('no')
        const [element] = body.MsgBody ?? []
        if (!element) return watching?.likes(), {}
        const texts = calls.filter(({ MsgPriority }) => MsgPriority && MsgPriority !== 'High').length
        if (body.MsgPriority !== 'High' && texts > rate) return { MsgDropReason: 'MsgFreqCtrl' }
        watching?.message({ from: body.From_Account, type: element.MsgType, priority: body.MsgPriority })
        return {}
      },
    },
    watch(ears) {
      watching = ears
      return () => (watching = undefined)
    },
  }
}

async function flooded(options, more = {}) {
  const { door, watch, calls } = room(options)
  const flood = new Flood({ door, watch, room: 'r', crowd: CROWD, plan: PLAN, ...more })
  assert.equal(flood.result.state, 'idle')
  assert.equal(flood.begin(), true)
  assert.equal(flood.begin(), false, 'one at a time')
  while (flood.result.state === 'running') await new Promise((done) => setTimeout(done, 20))
  return { result: flood.result, flood, calls }
}

test('what is due grows evenly and stops at the end', () => {
  for (const perSecond of [3, 20, 150]) {
    let before = 0
    for (let at = 0; at <= 10_000; at += 37) {
      const due = dueAt(perSecond, at, 10)
      assert.ok(due >= before && due - before <= Math.ceil(perSecond * 0.037) + 1)
      before = due
    }
    assert.equal(dueAt(perSecond, 99_000, 10), perSecond * 10)
  }
  assert.equal(dueAt(150, -5, 10), 0)
})

test('everything that was planned is sent, and its fates add up', async () => {
  const account = async () => ({ rate: 40, causes: { dropped: { lane_full: 40 } } })
  const { result, calls, flood } = await flooded({ rate: 20 }, { account })
  assert.equal(result.state, 'done')
  assert.deepEqual(result.gift, { sent: 3, admitted: 3, dropped: 0, failed: 0, seen: 3 })
  assert.equal(result.text.sent, 50)
  assert.equal(result.text.admitted + result.low.admitted, 20)
  assert.equal(result.text.dropped + result.low.dropped, 40)
  assert.equal(result.text.seen, result.text.admitted)
  assert.equal(result.low.seen, result.low.admitted)
  assert.equal(result.like.counted, 100)
  assert.ok(result.like.updates > 0 && result.like.updates <= 15)
  assert.equal(result.rate, 40)
  assert.equal(calls.filter(({ command }) => command.endsWith('update_group_counter')).reduce((sum, { GroupCounter }) => sum + GroupCounter[0].Value, 0), 100)
  assert.equal(flood.begin(), true, 'and again')
  flood.end()
})

test('what fails is counted as failed, and the room\'s account may be missing', async () => {
  const fails = ({ MsgPriority, GroupCounter }) => MsgPriority === 'Low' || GroupCounter !== undefined
  const account = async () => { throw new Error('no admin API') }
  const { result } = await flooded({ rate: 1_000, fails }, { account })
  assert.equal(result.state, 'done')
  assert.equal(result.low.failed, 10)
  assert.equal(result.like.counted, 0)
  assert.equal(result.like.sent, 100)
  assert.equal(result.causes, undefined)
})

test('the script is spoken by people of the demo, and every line can be played', () => {
  const ids = new Set(people('').map(({ id }) => id))
  const gifts = new Set(['rose', 'clap', 'cake', 'fireworks', 'rocket', 'crown'])
  for (const [wait, kind, who, what] of SCRIPT) {
    assert.ok(wait > 0)
    assert.equal(typeof Talkers.prototype[kind], 'function', kind)
    if (!['notice', 'playing'].includes(kind)) assert.ok(ids.has(who), who)
    if (kind === 'gift') assert.ok(gifts.has(what), what)
  }
  // Who goes comes again before the script begins anew.
  const moves = SCRIPT.filter(([, kind]) => kind === 'go' || kind === 'come')
  for (const id of ids) {
    const own = moves.filter(([, , who]) => who === id).map(([, kind]) => kind)
    own.forEach((kind, index) => assert.equal(kind, index % 2 ? 'come' : 'go', id))
    assert.equal(own.length % 2, 0, id)
  }
  assert.equal(customOf({ nick: 'x' }), undefined)
  assert.equal(customOf({ level: 12, tags: ['VIP'] }), '{"level":12,"tags":["VIP"]}')
  assert.equal(new Set(CROWD.map(({ id }) => id)).size, CROWD.length)
})
