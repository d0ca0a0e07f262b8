// Tickets and the way to SDK_READY (usersig.md 6.4, wire page section 3).
import { expect, test } from './lib/fixtures.mjs'
import { rawRequest } from './lib/raw.mjs'
import { APP, OTHER_APP } from './lib/server.mjs'
import { damaged, expired, sign } from './lib/usersig.mjs'

/** The SDK prints refused calls itself. */
const REFUSED_CALL = /login/i

test('a user logs in and becomes ready without a console error', async ({ open, name }) => {
  const alice = await open()
  const user = name('alice')
  const { data } = await alice.call('login', { userID: user, userSig: sign(user) })
  expect(data).toMatchObject({ actionStatus: 'OK', errorCode: 0 })
  await alice.waitFor('SDK_READY')

  const profile = await alice.call('getMyProfile')
  expect(profile.data.userID).toBe(user)
  // The follow-ups of a login go on for about a second: the group list comes last.
  await alice.waitFor('GROUP_LIST_UPDATED')
  expect(alice.seen('SDK_NOT_READY')).toEqual([])
  expect(alice.seen('ERROR')).toEqual([])
  expect(alice.consoleErrors).toEqual([])
  expect(alice.pageErrors).toEqual([])
})

test('a user logs in under a path prefix', async ({ open, server, name }) => {
  const user = name('alice')
  const alice = await open({ user, proxyServer: `${server.wsUrl}/im/live` })
  expect((await alice.call('getMyProfile')).data.userID).toBe(user)
})

test('a second login of the same user on the same page is a repeat, not an error', async ({ open, name }) => {
  const user = name('alice')
  const alice = await open({ user })
  const { data } = await alice.call('login', { userID: user, userSig: sign(user) })
  expect(data.repeatLogin).toBe(true)
})

test('a user logs out and in again on the same page', async ({ open, name }) => {
  const user = name('alice')
  const alice = await open({ user })
  await alice.call('logout')
  await alice.waitFor('SDK_NOT_READY')
  alice.tolerate(/3005|getUserProfile/)
  await alice.refused(3005, 'getUserProfile', { userIDList: [user] }) // local: "not ready after logout"
  await alice.login(user)
  expect((await alice.call('getUserProfile', { userIDList: [user] })).data).toHaveLength(1)
})

test('another user logs in on the page after a logout', async ({ open, rest, name }) => {
  const [first, second, room] = [name('first'), name('second'), name('room')]
  await rest.createRoom(room)
  const page = await open({ user: first })
  await page.call('logout')
  await page.login(second)
  await page.join(room)
  const watcher = await open({ user: name('watcher') })
  await watcher.join(room)
  await page.sendText(room, 'who am I')
  expect(await watcher.waitForText(room, 'who am I')).toMatchObject({ from: second })
})

const REFUSALS = [
  ['a word that is no ticket', 70003, () => 'not-a-ticket'],
  ['a damaged ticket', 70003, user => damaged(user)],
  ['a ticket signed with another key', 70009, user => sign(user, { app: { ...APP, key: OTHER_APP.key } })],
  ['an expired ticket', 70001, user => expired(user)],
  ["another user's ticket", 70013, () => sign('somebody-else')],
  ["another app's ticket", 70014, user => sign(user, { app: OTHER_APP })],
]

for (const [where, prefix] of [
  ['', ''],
  [' under a path prefix', '/some/prefix'],
]) {
  test(`every bad ticket is refused with its code${where}, and the right one works afterwards on the same page`, async ({ open, server, name }) => {
    const page = await open({ proxyServer: server.wsUrl + prefix })
    page.tolerate(REFUSED_CALL)
    for (const [what, code, ticket] of REFUSALS) {
      await test.step(`${what}: ${code}`, async () => {
        const user = name('user') // another one each time: failed logins are counted per account
        await page.refused(code, 'login', { userID: user, userSig: ticket(user) })
      })
    }
    expect(page.seen('SDK_READY')).toEqual([])
    await page.login(name('user'))
  })
}

test('an app that the server does not know is refused with 70020', async ({ open, name }) => {
  const user = name('alice')
  const alice = await open({ appId: 1400000099 })
  alice.tolerate(REFUSED_CALL)
  await alice.refused(70020, 'login', { userID: user, userSig: sign(user, { app: { ...APP, id: 1400000099 } }) })
})

test('apps do not see each other: the same room and user in a second app are others', async ({ open, rest, name }) => {
  const [user, room] = [name('alice'), name('room')]
  await rest.createRoom(room)
  await open({ user })
  const foreign = await open({ appId: OTHER_APP.id })
  foreign.tolerate(/10010|joinGroup/)
  await foreign.login(user)
  await foreign.refused(10010, 'joinGroup', { groupID: room, type: 'AVChatRoom' })
})

test('an empty ticket is refused: by the SDK itself, and with 70002 on the wire', async ({ open, server, name }) => {
  const user = name('alice')
  const alice = await open()
  alice.tolerate(REFUSED_CALL)
  await expect(alice.call('login', { userID: user, userSig: '' })).rejects.toThrow(/params/i) // "Params validate failed", nothing is sent
  const answer = await rawRequest(alice.page, server.wsUrl, {
    servcmd: 'im_open_status.wslogin',
    identifier: user,
    usersig: '',
    body: { State: 'Online', is_web_uniapp: 0, InstType: 0 },
  })
  expect(answer.body).toMatchObject({ ActionStatus: 'FAIL', ErrorCode: 70002 })
})

test('an unknown login key is refused with 70001, so that the SDK asks its app to log in again', async ({ open, server }) => {
  const page = await open()
  for (const servcmd of ['im_open_status.wslogin', 'group_open_http_svc.send_group_msg', 'profile.portrait_get_all']) {
    const answer = await rawRequest(page.page, server.wsUrl, { servcmd, a2: 'bm9ib2R5', tinyid: '1', body: {} })
    expect(answer.body, servcmd).toMatchObject({ ErrorCode: 70001 })
  }
})
