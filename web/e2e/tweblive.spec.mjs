// tweblive 1.3.1 over either SDK, given its server by wrapping `create` (wire page section 10).
import { expect, test } from './lib/fixtures.mjs'
import { sign } from './lib/usersig.mjs'
import { APP } from './lib/server.mjs'

/** Runs in the page: one IM object, all of its events recorded under the names of the EVENT enum. */
function createIm({ appId }) {
  const im = TWebLive.createIM({ SDKAppID: appId })
  for (const [key, value] of Object.entries(TWebLive.EVENT)) {
    if (key.startsWith('IM_')) im.on(value, event => window.recordEvent(key, window.plain(event.data)))
  }
  window.chat = im
}

test('a tweblive page looks in as a guest, logs in and talks with another', async ({ openPage, server, rest, name, sdk }) => {
  const room = name('room')
  await rest.createRoom(room)
  const openLive = async label => {
    const client = await openPage(`/tweblive?sdk=${sdk}&proxyServer=${encodeURIComponent(server.wsUrl)}`, label)
    await client.page.evaluate(createIm, { appId: APP.id })
    return client
  }
  const login = async (client, user) => {
    await client.call('login', { userID: user, userSig: sign(user) })
    await client.waitFor('IM_READY')
  }
  const received = (client, event, where) => client.until(() => client.seen(event).flatMap(({ data }) => data).find(where), event)
  const [alice, bob] = [name('alice'), name('bob')]

  const guest = await openLive('guest')
  expect((await guest.call('enterRoom', room)).data.status).toBe('JoinedSuccess')

  const first = await openLive('first')
  await login(first, alice)
  await first.call('setMyProfile', { nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })
  expect((await first.call('getMyProfile')).data).toMatchObject({ nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })
  expect((await first.call('enterRoom', room)).data.status).toBe('JoinedSuccess')
  expect(await received(guest, 'IM_REMOTE_USER_JOIN', m => m.payload.userIDList[0] === alice)).toMatchObject({ nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })

  const second = await openLive('second')
  await login(second, bob)
  await second.call('enterRoom', room)
  await received(first, 'IM_REMOTE_USER_JOIN', m => m.payload.userIDList[0] === bob)

  await first.call('sendTextMessage', { roomID: room, priority: 'High', text: 'good evening 晚上好' })
  await second.call('sendCustomMessage', { roomID: room, data: 'like', description: 'a like', extension: '{"n":1}' })
  for (const client of [guest, second]) {
    expect(await received(client, 'IM_TEXT_MESSAGE_RECEIVED', m => m.from === alice)).toMatchObject({ payload: { text: 'good evening 晚上好' }, nick: 'Alice', priority: 'High' })
  }
  for (const client of [guest, first]) {
    expect(await received(client, 'IM_CUSTOM_MESSAGE_RECEIVED', m => m.from === bob)).toMatchObject({ payload: { data: 'like', description: 'a like', extension: '{"n":1}' } })
  }
  expect(first.seen('IM_TEXT_MESSAGE_RECEIVED'), 'no echo').toEqual([])

  await second.call('exitRoom', room)
  await received(first, 'IM_REMOTE_USER_LEAVE', m => m.payload.userIDList[0] === bob)
  await first.call('logout')
})
