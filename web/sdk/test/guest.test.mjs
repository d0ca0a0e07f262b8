// Guests: over the connection, and over HTTP where there is none (docs/protocol.md 10).
import assert from 'node:assert/strict'
import test from 'node:test'
import { scene, until } from './lib/client.mjs'

const failure = promise => promise.then(() => assert.fail('it was not refused'), error => error)
const json = (response, body, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

test('a guest joins without a login, hears, and may not speak', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const guest = open()
  assert.equal((await guest.join()).status, 'JoinedSuccess')
  room.say('welcome')
  await guest.waitForText('welcome')
  assert.equal(guest.chat.isReady(), false)
  assert.equal((await failure(guest.chat.sendMessage(guest.text('me')))).code, 2024)
  assert.equal((await failure(guest.chat.sendLike('r'))).code, 2024)
  assert.equal((await failure(guest.chat.joinGroup({ groupID: 'p', type: 'Public' }))).code, 2662)
  assert.equal((await failure(guest.chat.joinGroup({ groupID: 'nowhere' }))).code, 10010)
  assert.deepEqual(server.requests[0].op, 'guest')
}))

test('a guest who logs in and joins again goes on where he was, on the same connection', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const late = open()
  await late.join()
  room.say('to a guest')
  await late.waitForText('to a guest')
  server.answers.login = () => {
    room.hearers.clear() // as the page says: rooms that were heard as a guest are to be joined anew
    room.say('in between')
    server.answers = {}
  }
  await late.login()
  assert.equal((await late.join()).status, 'JoinedSuccess')
  await late.chat.sendMessage(late.text('as a member'))
  room.say('to a member')
  await late.waitForText('to a member')
  assert.deepEqual(late.texts, ['to a guest', 'in between', 'to a member'])
  assert.equal(server.opened, 1)
}))

test('a guest whose login is refused goes on as a guest', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const guest = open()
  await guest.join()
  assert.equal((await failure(guest.chat.login({ userID: 'ada', userSig: 'bad' }))).code, 70003)
  room.say('still there')
  await guest.waitForText('still there')
}))

test('a guest comes back after a lost connection, with his place', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const guest = open()
  await guest.join()
  server.drop()
  room.say('missed')
  await guest.waitForText('missed')
  assert.deepEqual(server.requests.slice(-2).map(({ op, seq }) => [op, seq]), [['guest', undefined], ['join', 100]])
}))

/** Serves a room's events as a stream: everything after the place that is asked for, then what is said. */
function serveStream(server, room) {
  const streams = new Set()
  server.asks = []
  server.http = (request, response) => {
    const url = new URL(request.url, 'http://x')
    server.asks.push(url)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const write = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify({ room: 'r', ...data })}\n\n`)
    const [epoch, seq] = url.searchParams.get('after')?.split(':') ?? []
    const { you: _, ...answer } = room.arrival(epoch, seq && Number(seq), false)
    if (answer.resumed) write('events', { epoch: answer.epoch, after: answer.after, seq: answer.seq, events: answer.events })
    else {
      if (answer.gap) write('gap', { gap: answer.gap })
      write('snapshot', answer)
    }
    const hearer = { write: ({ room: _, ...frame }) => write(frame.events ? 'events' : frame.skipped ? 'skipped' : frame.out ? 'out' : 'state', frame) }
    room.hearers.add(hearer)
    const stream = { end: () => response.destroy(), hearer }
    streams.add(stream)
    request.on('close', () => {
      room.hearers.delete(hearer)
      streams.delete(stream)
    })
  }
  return streams
}

test('where no WebSocket opens a guest reads the stream of events, with his place after a break', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const streams = serveStream(server, room)
  server.refuseSockets = true
  const guest = open()
  const { group } = await guest.join()
  assert.equal(group.name, 'room r')
  room.say('one')
  await guest.waitForText('one')
  room.frame({ state: { likes: { total: 5, add: 5 } } })
  room.frame({ epoch: room.epoch, skipped: { from: 102, to: 103 } })
  room.seq = 103
  await until(() => guest.seen('GAP_DETECTED').length === 1)
  for (const stream of streams) stream.end()
  room.say('missed')
  await guest.waitForText('missed')
  assert.equal(server.asks.at(-1).pathname, `/v1/apps/${guest.chat.core.options.SDKAppID}/rooms/r/events`)
  assert.equal(server.asks.at(-1).searchParams.get('after'), 'e.1:103')
  assert.deepEqual(guest.texts, ['one', 'missed'])
  assert.deepEqual(guest.seen('LIKES_UPDATED'), [{ groupID: 'r', total: 5, add: 5, mine: undefined }])
  assert.deepEqual(guest.seen('GAP_DETECTED'), [{ groupID: 'r', from: 102, to: 103, reason: 'skipped' }])

  // The socket comes back: it goes on where the stream was.
  server.refuseSockets = false
  await until(() => server.asked('join').length === 1)
  assert.equal(server.asked('join')[0].seq, 104)
  room.say('over the socket')
  await guest.waitForText('over the socket')
  assert.deepEqual(guest.texts, ['one', 'missed', 'over the socket'])
  await until(() => streams.size === 0)
}))

test('a stream that cannot go on from a place is one gap', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const streams = serveStream(server, room)
  const guest = open({ guestFallback: 'sse' })
  await guest.join()
  room.epoch = 'e.2'
  room.seq = 500
  for (const stream of streams) stream.end()
  await until(() => guest.seen('GAP_DETECTED').length > 0)
  assert.deepEqual(guest.seen('GAP_DETECTED'), [{ groupID: 'r', from: 101, to: 500, reason: 'not_covered' }])
  assert.equal(server.opened, 0, 'a WebSocket was not wanted')
}))

test('who may not read is told so', scene(async ({ server, open }) => {
  server.http = (_, response) => json(response, { error: { code: 10007, cause: 'not_member', text: 'members only' } }, 403)
  const guest = open({ guestFallback: 'sse' })
  assert.equal((await failure(guest.join())).code, 10007)
}))

test('a stream that is not for guests does not stop who waits for a connection', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const guest = open()
  server.asks = 0
  server.http = (_, response) => {
    server.asks++
    json(response, { error: { code: 10007, cause: 'not_member', text: 'members only' } }, 403)
  }
  server.refuseSockets = true
  const joining = guest.join()
  await until(() => server.asks > 0)
  server.refuseSockets = false
  await joining
  room.say('heard')
  await guest.waitForText('heard')
}))

test('who has heard over a WebSocket waits for the next one', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const guest = open()
  await guest.join()
  server.asks = 0
  server.http = () => server.asks++
  server.refuseSockets = true
  server.drop()
  await until(() => guest.seen('NET_STATE_CHANGE').filter(({ state }) => state === 'disconnected').length > 4)
  room.say('missed')
  server.refuseSockets = false
  await guest.waitForText('missed')
  assert.equal(server.asks, 0)
}))

/** Serves slices out of a list: number -> slice. */
function serveSlices(server, room, slices) {
  server.http = (request, response) => {
    const [, what] = /\/rooms\/r\/slices\/([^?]+)/.exec(request.url) ?? []
    server.asks.push(request.url)
    const numbers = Object.keys(slices).map(Number)
    const [oldest, newest] = [Math.min(...numbers), Math.max(...numbers)]
    if (what === 'live') json(response, { room: 'r', epoch: 'e.1', oldest, newest, profile: room.profile, state: room.state() })
    else if (slices[what]) json(response, { room: 'r', slice: Number(what), epoch: 'e.1', ...slices[what] })
    else json(response, {}, Number(what) < oldest ? 410 : 404)
  }
}

test('where neither opens a guest reads slices, one after the other, and tells of a hole', scene(async ({ server, open }) => {
  const room = server.addRoom()
  server.asks = []
  server.refuseSockets = true
  const slice = (after, ...texts) => ({
    after,
    seq: after + texts.length,
    events: texts.map((text, n) => ({ seq: after + 1 + n, at: 1000, type: 'message', from: { user: 'ada', number: '17', nick: 'Ada', avatar: '' }, random: 1, client_time: 1, priority: 'low', parts: [{ text }] })),
    state: { likes: { total: after } },
  })
  const slices = { 50: slice(90, 'old'), 51: slice(91, 'newest') }
  serveSlices(server, room, slices)
  // What is served at the address of the stream is no stream: 404 would say that there is no such room.
  const { http } = server
  server.http = (request, response) => (request.url.includes('/events') ? json(response, {}, 501) : http(request, response))
  const guest = open()
  await guest.join()
  await guest.waitForText('newest')
  slices[52] = slice(92)
  slices[53] = slice(92, 'three', 'four')
  await guest.waitForText('four')
  assert.deepEqual(guest.texts, ['newest', 'three', 'four'])
  assert.deepEqual(guest.seen('GAP_DETECTED'), [])
  assert.equal(guest.seen('LIKES_UPDATED').at(-1).total, 92)

  // The reader was away for longer than slices are kept.
  for (const number of Object.keys(slices)) delete slices[number]
  slices[90] = slice(200, 'later')
  await guest.waitForText('later')
  assert.deepEqual(guest.seen('GAP_DETECTED'), [{ groupID: 'r', from: 95, to: 200, reason: 'not_covered' }])
}))

test('a guest who quits reads no further', scene(async ({ server, open }) => {
  const room = server.addRoom()
  const streams = serveStream(server, room)
  const guest = open({ guestFallback: 'sse' })
  await guest.join()
  await guest.chat.quitGroup('r')
  await until(() => streams.size === 0)
  assert.equal((await failure(guest.chat.quitGroup('r'))).code, 2623)
}))

test('a reader who logs in goes on over the connection', scene(async ({ server, open }) => {
  const room = server.addRoom()
  serveStream(server, room)
  const guest = open({ guestFallback: 'sse' })
  await guest.join()
  room.say('one')
  await guest.waitForText('one')
  await guest.login()
  await guest.join()
  room.say('two')
  await guest.waitForText('two')
  assert.deepEqual(guest.texts, ['one', 'two'])
  assert.equal(server.asked('join')[0].seq, 101)
}))
