// Lost connections: what was missed comes once and in order, or the hole is told; what was asked is not lost.
import assert from 'node:assert/strict'
import test from 'node:test'
import { QUICK, scene, until } from './lib/client.mjs'
import { FakeServer } from './lib/fake-server.mjs'

const failure = promise => promise.then(() => assert.fail('it was not refused'), error => error)

async function inRoom({ server, open }, options) {
  const room = server.addRoom()
  const ada = await open(options).login()
  await ada.join()
  return { room, ada }
}

test('after a lost connection everything that was missed comes once and in order, without a new login', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.say('one')
  await ada.waitForText('one')
  server.drop()
  for (const text of ['two', 'three']) room.say(text)
  await ada.waitForText('three')
  room.say('four')
  await ada.waitForText('four')
  assert.deepEqual(ada.texts, ['one', 'two', 'three', 'four'])
  assert.deepEqual(ada.seen('GAP_DETECTED'), [])
  assert.deepEqual(ada.seen('NET_STATE_CHANGE').map(({ state }) => state), ['connected', 'disconnected', 'connecting', 'connected'])
  assert.deepEqual([ada.seen('SDK_NOT_READY'), ada.seen('KICKED_OUT')], [[], []])
  assert.deepEqual(server.requests.slice(-2).map(({ op, seq }) => [op, seq]), [['resume', undefined], ['join', 101]])
}))

test('what is too much for one answer comes in parts', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.answerMax = 2
  server.drop()
  for (let n = 0; n < 5; n++) room.say(`m${n}`)
  await ada.waitForText('m4')
  room.say('live')
  await ada.waitForText('live')
  assert.deepEqual(ada.texts, ['m0', 'm1', 'm2', 'm3', 'm4', 'live'])
  assert.deepEqual(ada.seen('GAP_DETECTED'), [])
  assert.deepEqual(server.requests.filter(({ op }) => op === 'join').map(({ seq }) => seq), [undefined, 100, 102, 104])
}))

test('several rooms come back, each from its own place', scene(async ({ server, open }) => {
  const rooms = ['a', 'b', 'c'].map(id => server.addRoom(id))
  const ada = await open({ multipleRooms: true }).login()
  for (const [n, { profile }] of rooms.entries()) {
    await ada.join(profile.id)
    for (let i = 0; i < n; i++) rooms[n].say(`${profile.id}${i}`)
  }
  await ada.waitForText('c1')
  server.drop()
  for (const room of rooms) room.say(`${room.profile.id} missed`)
  for (const { profile } of rooms) await ada.waitForText(`${profile.id} missed`)
  assert.deepEqual(server.requests.slice(-4).map(({ op, room, seq }) => [op, room, seq]), [
    ['resume', undefined, undefined],
    ['join', 'a', 100],
    ['join', 'b', 101],
    ['join', 'c', 102],
  ])
}))

test('a message whose answer was lost with the connection is sent again as the same, and said once', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  const bob = await open().login('bob')
  await bob.join()
  let answers = 0
  server.answers.send = (request, client) => {
    if (answers++ > 0) return undefined
    client.send(request) // it is said, and nobody hears of it
    server.drop()
    return 'silence'
  }
  const message = ada.text('once')
  await ada.chat.sendMessage(message)
  assert.equal(message.receipt.state, 'admitted')
  await bob.waitForText('once')
  room.say('fence')
  for (const client of [ada, bob]) await client.waitForText('fence')
  assert.deepEqual(bob.texts, ['once', 'fence'])
  assert.deepEqual(ada.texts, ['fence'])
  for (const { random, client_time } of server.asked('send')) assert.deepEqual([random, client_time], [message.random, message.clientTime])
}))

test('what is asked while there is no connection waits for the next one, in order', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  server.refuseSockets = true
  server.drop()
  await until(() => ada.seen('NET_STATE_CHANGE').at(-1).state === 'disconnected')
  const sending = ['a', 'b', 'c'].map(text => ada.chat.sendMessage(ada.text(text)))
  server.refuseSockets = false
  await Promise.all(sending)
  assert.deepEqual(server.asked('send').map(({ parts }) => parts[0].text), ['a', 'b', 'c'])
}))

test('who waits for an answer does not wait for the whole back-off', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open }, { timing: { ...QUICK, backoffFirst: 60_000, backoffMax: 60_000, impatience: 50 } })
  server.drop()
  await until(() => ada.seen('NET_STATE_CHANGE').at(-1).state === 'disconnected')
  await ada.chat.sendMessage(ada.text('I am here'))
  assert.equal(server.opened, 2)
}))

test('what nobody answers in time is rejected, and says so', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open }, { timing: { ...QUICK, request: 100 } })
  server.answers.send = () => 'silence'
  const message = ada.text('x')
  assert.equal((await failure(ada.chat.sendMessage(message))).code, 2801)
  assert.equal(message.status, 'fail')
  // Its fate is not known: under the same name it cannot be said twice.
  server.answers = {}
  const before = message.ID
  await ada.chat.resendMessage(message)
  assert.equal(message.ID, before)
}))

test('what must not happen twice is not asked twice', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  server.answers.add_counters = server.answers.like = () => {
    server.drop()
    return 'silence'
  }
  assert.equal((await failure(ada.chat.increaseGroupCounter({ groupID: 'r', key: 'k', value: 1 }))).code, 2800)
  assert.equal((await failure(ada.chat.sendLike('r'))).code, 2800)
  assert.equal(server.asked('add_counters').length, 1)
  assert.equal(server.asked('like').length, 1)
}))

test('taps without a connection are summed, and go with the next one', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  server.refuseSockets = true
  server.drop()
  await until(() => ada.seen('NET_STATE_CHANGE').at(-1).state === 'disconnected')
  const answers = Promise.all([1, 2, 3].map(taps => ada.chat.sendLike('r', taps)))
  server.refuseSockets = false
  await answers
  assert.equal(room.likes, 6)
  assert.equal((await ada.chat.getRoomState('r')).data.likes.total, 6)
}))

test('a place that the server cannot go on from: one gap, then what is newest, and nothing twice', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.recent = 2
  for (const text of ['one', 'two']) room.say(text)
  await ada.waitForText('two')
  server.drop()
  room.epoch = 'e.2' // a restart
  room.seq = 500
  for (const text of ['three', 'four', 'five']) room.say(text)
  await ada.waitForText('five')
  assert.deepEqual(ada.seen('GAP_DETECTED'), [{ groupID: 'r', from: 103, to: 501, reason: 'not_covered' }])
  assert.deepEqual(ada.texts, ['one', 'two', 'four', 'five'])
  const told = ada.events.filter(({ name }) => name === 'GAP_DETECTED' || name === 'MESSAGE_RECEIVED').map(({ name }) => name)
  assert.ok(told.indexOf('GAP_DETECTED') < told.lastIndexOf('MESSAGE_RECEIVED'), 'the hole is told where it is')
}))

test('skipped numbers are one gap, whatever else tells of them', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.say('one') // 101
  const hear = room.hearers
  room.hearers = new Set()
  for (let n = 0; n < 4; n++) room.say('unheard') // 102 to 105
  room.hearers = hear
  room.frame({ epoch: room.epoch, skipped: { from: 102, to: 103 } })
  room.frame({ epoch: room.epoch, skipped: { from: 102, to: 103 } })
  room.say('six') // after 105: 104 and 105 were not told either
  await ada.waitForText('six')
  assert.deepEqual(ada.seen('GAP_DETECTED'), [
    { groupID: 'r', from: 102, to: 103, reason: 'skipped' },
    { groupID: 'r', from: 104, to: 105, reason: 'skipped' },
  ])
  assert.deepEqual(ada.texts, ['one', 'six'])
}))

test('a close code with a time to wait is obeyed', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  const begun = Date.now()
  server.drop(4000, { why: 'overflow', after_ms: 300 })
  await until(() => ada.seen('NET_STATE_CHANGE').at(-1).state === 'disconnected')
  await until(() => server.opened === 2)
  assert.ok(Date.now() - begun >= 290)
}))

test('a connection that is silent is taken for dead', scene(async ({ server, open }) => {
  server.pingMs = 40
  const { room, ada } = await inRoom({ server, open })
  await until(() => server.asked('ping').length >= 2)
  assert.equal(server.opened, 1, 'answers are a sign of life')
  server.answers.ping = () => 'silence'
  await until(() => server.opened >= 2)
  server.answers = {}
  room.say('one')
  await ada.waitForText('one')
}))

test('who only listens to a busy room is heard from as well', scene(async ({ server, open }) => {
  server.pingMs = 40
  const { room } = await inRoom({ server, open })
  const talk = setInterval(() => room.say('x'), 5)
  await until(() => server.asked('ping').length >= 2).finally(() => clearInterval(talk))
}))

test('a room that is gone when we come back is told as dismissed', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  server.rooms.delete('r')
  server.drop()
  const [notice] = await until(() => ada.messages.length > 0 && ada.messages)
  assert.equal(notice.payload.operationType, 5)
}))

test('a server that is busy when we come back is asked again', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  let refusals = 2
  const busy = () => (refusals-- > 0 ? { error: { code: 10006, cause: 'busy', text: 'wait', retry_after_ms: 1 } } : undefined)
  server.answers.resume = busy
  server.drop()
  room.say('one')
  await ada.waitForText('one')
  assert.deepEqual(ada.texts, ['one'])
  assert.deepEqual(ada.seen('KICKED_OUT'), [])
}))

test('a server that is away for a while and starts again is found', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  const { port } = server
  await server.stop()
  await until(() => ada.seen('NET_STATE_CHANGE').filter(({ state }) => state === 'disconnected').length >= 2)
  const next = new FakeServer()
  const room = next.addRoom()
  room.epoch = 'e.9'
  room.seq = 900
  await next.listen(port)
  try {
    await until(() => ada.seen('GAP_DETECTED').length === 1)
    room.say('after')
    await ada.waitForText('after')
    assert.deepEqual(ada.seen('GAP_DETECTED'), [{ groupID: 'r', from: 101, to: 900, reason: 'not_covered' }])
  } finally {
    await next.stop()
    await server.listen(port)
  }
}))
