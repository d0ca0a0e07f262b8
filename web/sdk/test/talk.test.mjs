import assert from 'node:assert/strict'
import test from 'node:test'
import { fence, scene, until } from './lib/client.mjs'
import { person } from './lib/fake-server.mjs'

const failure = promise => promise.then(() => assert.fail('it was not refused'), error => error)

/** Ada in a room. */
async function inRoom({ server, open }) {
  const room = server.addRoom()
  const ada = await open().login()
  await ada.join()
  await until(() => ada.seen('GROUP_LIST_UPDATED').at(-1)?.length) // what came with the join was told
  return { room, ada }
}

test('two clients talk; nobody gets his own words back, and all agree on name, number and time', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  const bob = await open().login('bob')
  await bob.join()
  const message = ada.text('hello')
  assert.equal(message.status, 'unSend')
  const { data } = await ada.chat.sendMessage(message)
  assert.equal(data.message, message, 'the same object')
  assert.equal(message.status, 'success')
  assert.deepEqual(message.receipt, { state: 'admitted', sequence: message.sequence })
  await bob.waitForText('hello')
  const [heard] = bob.messages
  assert.deepEqual([heard.ID, heard.sequence, heard.time], [message.ID, message.sequence, message.time])
  assert.match(message.ID, /^\d+-\d+-\d+$/)
  assert.ok(Math.abs(message.time - Date.now() / 1000) < 3, 'in seconds')
  assert.deepEqual([heard.flow, heard.from, heard.nick, heard.conversationID, heard.conversationType], ['in', 'ada', 'ADA', 'GROUPr', 'GROUP'])
  await bob.chat.sendMessage(bob.text('hello to you'))
  await ada.waitForText('hello to you')
  assert.deepEqual(ada.texts, ['hello to you'])
}))

test("another client of the same account is heard, as one's own", scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.say('from my phone', person('ada'))
  await ada.waitForText('from my phone')
  assert.equal(ada.messages[0].flow, 'out')
}))

test('custom and face messages, priority and extra arrive as they were made', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  const bob = await open().login('bob')
  await bob.join()
  const more = { to: 'r', conversationType: 'GROUP', priority: 'High', cloudCustomData: '{"k":1}' }
  await ada.chat.sendMessage(ada.chat.createCustomMessage({ ...more, payload: { data: 'd', description: 'e' } }))
  await ada.chat.sendMessage(ada.chat.createFaceMessage({ ...more, payload: { index: 7, data: 'f' } }))
  await until(() => bob.messages.length === 2)
  const [custom, face] = bob.messages
  assert.deepEqual(custom.payload, { data: 'd', description: 'e', extension: '' })
  assert.deepEqual(face.payload, { index: 7, data: 'f' })
  assert.deepEqual([face.type, face.priority, face.cloudCustomData], ['TIMFaceElem', 'High', '{"k":1}'])
}))

test('what cannot be sent is refused before the network', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  const { chat } = ada
  assert.equal((await failure(chat.sendMessage({}))).code, 2105)
  assert.equal((await failure(chat.sendMessage(ada.text('x', 'elsewhere')))).code, 2101)
  assert.equal((await failure(chat.sendMessage(ada.text('x', 'r', { conversationType: 'TOPIC' })))).code, 2106)
  assert.equal((await failure(chat.sendMessage(ada.text('x', 'bob', { conversationType: 'C2C' })))).code, 990001)
  assert.throws(() => ada.text(7), { code: 10004 })
  assert.throws(() => chat.createCustomMessage({ to: 'r', conversationType: 'GROUP', payload: { data: {} } }), { code: 10004 })
  assert.throws(() => chat.createImageMessage({}), { code: 990001 })
  assert.equal((await failure(chat.addFriend({}))).code, 990001)
  assert.equal((await failure(chat.addGroupMember({}))).code, 2661)
  assert.equal((await failure(chat.joinGroup({ groupID: '' }))).code, 2602)
  assert.equal((await failure(chat.quitGroup('elsewhere'))).code, 2623)
  assert.equal((await failure(chat.getGroupAttributes({ groupID: 'elsewhere' }))).code, 2642)
  assert.equal(server.asked('send').length, 0)
}))

test('a refusal has the code of the server, its cause, and when to try again', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  server.answers.send = () => ({ error: { code: 10017, cause: 'muted', text: 'you are muted', retry_after_ms: 59_500 } })
  const message = ada.text('x')
  const error = await failure(ada.chat.sendMessage(message))
  assert.deepEqual([error.code, error.message, error.data], [10017, 'you are muted', { cause: 'muted', retryAfter: 60 }])
  assert.ok(error instanceof Error)
  assert.equal(message.status, 'fail')
  assert.deepEqual(message.receipt, { state: 'rejected', cause: 'muted', retryAfter: 60 })
}))

test('a dropped message is no success: 10023, and the receipt says why', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  server.answers.send = () => ({ ok: { receipt: 'dropped', cause: 'lane_full' } })
  const message = ada.text('x')
  assert.equal((await failure(ada.chat.sendMessage(message))).code, 10023)
  assert.equal(message.status, 'fail')
  assert.equal(message.receipt.state, 'dropped')
  assert.equal(message.receipt.cause, 'lane_full')

  // Under its old name it would be answered as before.
  server.answers = {}
  const before = message.ID
  await ada.chat.resendMessage(message)
  assert.equal(message.receipt.state, 'admitted')
  assert.notEqual(message.ID, before)
}))

test('a message that is held back has its receipt at once and its end later', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  let release
  server.answers.send = (request, client) => {
    release = () => client.write({ id: request.id, ok: { receipt: 'admitted', epoch: 'e.1', seq: 200, at: 5000 } })
    return { ok: { receipt: 'held', until: Date.now() + 5000 } }
  }
  const message = ada.text('x')
  const sending = ada.chat.sendMessage(message)
  await until(() => message.receipt?.state === 'held')
  assert.equal(message.status, 'unSend')
  release()
  await sending
  assert.deepEqual([message.receipt.state, message.sequence, message.time], ['admitted', 200, 5])
}))

test('a message that the room tells of was said, even if the answer never comes', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  server.answers.send = ({ random, client_time }) => {
    room.tell({ type: 'message', from: person('ada'), random, client_time, priority: 'normal', parts: [{ text: 'x' }] })
    return 'silence'
  }
  const message = ada.text('x')
  await ada.chat.sendMessage(message)
  assert.equal(message.sequence, 101)
  assert.deepEqual(ada.texts, [])
}))

test('events of one frame are told in order: messages together, and cut where something else happened', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  const said = text => ({ type: 'message', from: person('bob'), random: text.length, client_time: 7, priority: 'low', parts: [{ text }] })
  const from = ada.events.length
  room.tell(
    said('one'),
    { type: 'joined', people: [person('eve')], count: 1 },
    { type: 'attributes', by: 'bob', version: 2, set: { mood: 'good' }, gone: [] },
    said('three'),
    { type: 'counters', version: 2, set: { gifts: 1, likes: 2 }, gone: [] },
    { type: 'attributes', by: 'bob', version: 3, set: { topic: 'cats' }, gone: ['mood'] },
    { type: 'something', of: 'the future' },
    { type: 'profile', by: person('owner'), change: { name: 'new', custom: { a: '1' } } },
  )
  await until(() => ada.messages.length === 4)
  const told = ada.events.slice(from).map(({ name, data }) => [name, Array.isArray(data) ? data.length : Object.values(data).slice(1)])
  assert.deepEqual(told, [
    ['MESSAGE_RECEIVED', 2],
    ['GROUP_ATTRIBUTES_UPDATED', [{ mood: 'good' }]],
    ['MESSAGE_RECEIVED', 1],
    ['GROUP_COUNTER_UPDATED', ['gifts', 1]],
    ['GROUP_COUNTER_UPDATED', ['likes', 2]],
    ['GROUP_ATTRIBUTES_UPDATED', [{ topic: 'cats' }]],
    ['MESSAGE_RECEIVED', 1],
  ])
  const [, joined, , profile] = ada.messages
  assert.equal(joined.payload.operationType, 1)
  assert.deepEqual(joined.payload.userIDList, ['eve'])
  assert.deepEqual(joined.payload.memberList, [{ userID: 'eve', nick: 'EVE', avatar: '' }])
  assert.equal(profile.payload.operationType, 6)
  assert.equal(profile.payload.newGroupProfile.groupName, 'new')
  const { data } = await ada.chat.getGroupProfile({ groupID: 'r' })
  assert.deepEqual([data.group.name, data.group.groupCustomField], ['new', [{ key: 'a', value: '1' }]])
}))

test('a message that is taken back is the object that the page has', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  const { seq, random, client_time } = room.say('oops', person('bob'))
  await ada.waitForText('oops')
  const mine = ada.text('mine')
  await ada.chat.sendMessage(mine)
  room.tell({
    type: 'deleted',
    by: person('owner'),
    reason: 'rude',
    messages: [
      { seq, number: '1', random, client_time },
      { seq: mine.sequence, number: '1', random: mine.random, client_time: mine.clientTime },
      { seq: 3, number: '17', random: 5, client_time: 4 },
    ],
  })
  const [revoked] = await until(() => ada.seen('MESSAGE_REVOKED').length && ada.seen('MESSAGE_REVOKED'))
  assert.equal(revoked[0], ada.messages[0])
  assert.equal(revoked[1], mine)
  assert.deepEqual([revoked[2].ID, revoked[2].isRevoked], ['17-4-5', true])
  assert.deepEqual([mine.isRevoked, mine.revokerInfo.userID, mine.revokeReason], [true, 'owner', 'rude'])
  assert.equal(ada.chat.findMessage(mine.ID), mine)
}))

test('a dismissed room is told once, and cannot be spoken in', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.tell({ type: 'dismissed', by: 'owner' })
  room.frame({ out: { why: 'dismissed' } })
  await until(() => ada.messages.length > 0)
  await fence(ada.chat)
  assert.deepEqual(ada.messages.map(({ payload, conversationID }) => [payload.operationType, conversationID]), [[5, '@TIM#SYSTEM']])
  assert.equal((await failure(ada.chat.sendMessage(ada.text('x')))).code, 2101)
}))

test('who is banned is told so', scene(async ({ server, open }) => {
  const { room, ada } = await inRoom({ server, open })
  room.frame({ out: { why: 'banned', seconds: 60, reason: 'spam' } })
  const [notice] = await until(() => ada.messages.length > 0 && ada.messages)
  assert.deepEqual([notice.type, notice.payload.operationType, notice.payload.duration, notice.payload.groupProfile.groupID], ['TIMGroupSystemNoticeElem', 21, 60, 'r'])
}))

test('joining a second room leaves the first, unless several are wanted', scene(async ({ server, open }) => {
  server.addRoom('a')
  server.addRoom('b')
  const ada = await open().login()
  assert.equal((await ada.join('a')).status, 'JoinedSuccess')
  assert.equal((await ada.join('a')).status, 'AlreadyInGroup')
  await ada.join('b')
  server.rooms.get('a').say('late')
  server.rooms.get('b').say('here')
  await ada.waitForText('here')
  assert.deepEqual(ada.texts, ['here'])
  assert.deepEqual(server.asked('leave').map(({ room }) => room), ['a'])

  const bob = await open({ multipleRooms: true }).login('bob')
  await bob.join('a')
  await bob.join('b')
  server.rooms.get('a').say('still here')
  await bob.waitForText('still here')
}))

test('the caller of joinGroup has his room before he is told of messages', scene(async ({ server, open }) => {
  const room = server.addRoom()
  room.recent = 3
  for (const text of ['one', 'two']) room.say(text)
  const ada = await open().login()
  const { group } = await ada.join()
  assert.equal(group.name, 'room r')
  assert.deepEqual(ada.texts, [])
  room.say('three')
  await ada.waitForText('three')
  assert.deepEqual(ada.texts, ['one', 'two', 'three'])
}))

test('a handler that throws is complained about and stops nobody', scene(async ({ server, open, context }) => {
  const { room, ada } = await inRoom({ server, open })
  context.mock.method(console, 'error', () => {})
  const heard = []
  const thrower = () => {
    throw new Error('oops')
  }
  ada.chat.on('onMessageReceived', thrower)
  ada.chat.on('onMessageReceived', function () { heard.push(this.word) }, { word: 'context' })
  ada.chat.once('onMessageReceived', () => heard.push('once'))
  room.say('one')
  await until(() => heard.length === 2)
  assert.equal(ada.seen('ERROR')[0].code, 2109)
  ada.chat.off('onMessageReceived', thrower)
  room.say('two')
  await until(() => heard.length === 3)
  assert.deepEqual(heard, ['context', 'once', 'context'])
  assert.equal(ada.seen('ERROR').length, 1)
}))

test('attributes and counters: at most so many calls, and only of members', scene(async ({ server, open }) => {
  const { ada } = await inRoom({ server, open })
  server.answers.set_attributes = ({ values }) => ({ ok: { version: 2, values } })
  for (let n = 0; n < 10; n++) await ada.chat.setGroupAttributes({ groupID: 'r', groupAttributes: { n: `${n}` } })
  assert.equal((await failure(ada.chat.setGroupAttributes({ groupID: 'r', groupAttributes: { n: '11' } }))).code, 2996)
  assert.equal(server.asked('set_attributes')[0].seen, 1)
  server.answers.add_counters = ({ values }) => ({ ok: { values } })
  assert.deepEqual((await ada.chat.decreaseGroupCounter({ groupID: 'r', key: 'k', value: 3 })).data, { counters: { k: -3 } })
  assert.equal((await failure(ada.chat.setGroupCounters({ groupID: 'r', counters: { k: 2 ** 53 } }))).code, 10004)
}))
