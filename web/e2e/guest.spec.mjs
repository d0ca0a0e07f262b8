// Guests: a page that never logs in reads a room (wire page 5.9).
import { expect, test } from './lib/fixtures.mjs'
import { ADMIN } from './lib/server.mjs'

test('a guest reads messages, tips and notices in order', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const guest = await open()
  expect(await guest.join(room)).toMatchObject({ status: 'JoinedSuccess' })

  const alice = await open({ user: name('alice') })
  await alice.call('updateMyProfile', { nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })
  await alice.join(room)
  const joined = await guest.waitForTip(room, 1, tip => tip.payload.userIDList.includes(alice.user))
  expect(joined.payload.operatorID).toBe(alice.user)

  const sent = await alice.sendText(room, 'welcome, guest')
  expect(await guest.waitForText(room, 'welcome, guest')).toMatchObject({ ID: sent.ID, from: alice.user, nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })

  await rest.sendText(room, 'from the backend')
  expect(await guest.waitForText(room, 'from the backend')).toMatchObject({ from: ADMIN })
  await rest.notify(room, 'goal!')
  expect((await guest.waitForNotice(room, 255)).payload.userDefinedField).toBe('goal!')
  await alice.call('quitGroup', room)
  await guest.waitForTip(room, 2, tip => tip.payload.userIDList.includes(alice.user))

  const kinds = guest.messages(room).map(m => m.payload.operationType ?? m.payload.text)
  expect(kinds, 'everything once').toEqual([1, 'welcome, guest', 'from the backend', 255, 2])
  expect(guest.seen('SDK_READY')).toEqual([])
})

test('a guest cannot send', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const guest = await open()
  guest.tolerate(/createTextMessage|sendMessage/) // the SDK rejects inside itself
  await guest.join(room)
  await expect(guest.sendText(room, 'let me in')).rejects.toThrow()
  const second = await open()
  await second.join(room)
  await rest.sendText(room, 'fence')
  await second.waitForText(room, 'fence')
  expect(second.texts(room)).toEqual(['fence'])
})

test('a guest reads the number of people in the room', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const guest = await open()
  await guest.join(room)
  // Decision 19: guests count by default. The SDK keeps the number for as long as the server says.
  await expect.poll(async () => (await guest.call('getGroupOnlineMemberCount', room)).data.memberCount, { timeout: 25_000 }).toBe(1)
})

test('a guest who quits reads no further', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const guest = await open()
  const witness = await open()
  await guest.join(room)
  await witness.join(room)
  await rest.sendText(room, 'before')
  await guest.waitForText(room, 'before')
  await guest.call('quitGroup', room)
  await rest.sendText(room, 'after')
  await witness.waitForText(room, 'after')
  expect(guest.texts(room)).toEqual(['before'])
})

for (const [how, leaveFirst] of [
  ['logs in and joins', false],
  ['quits, logs in and joins', true],
]) {
  // The usual page of a live room: read first, log in to talk. Without a quit v2 takes itself for a member already: it
  // asks for its member info only and sends no join, so the server must have made the guest of this connection a member.
  test(`a guest who ${how} may talk`, async ({ open, rest, name }) => {
    const [room, user] = [name('room'), name('late')]
    await rest.createRoom(room)
    const alice = await open({ user: name('alice') })
    await alice.join(room)
    const late = await open()
    late.tolerate(/getGroupList failed.*subType/, /^n\n.*\/sdk\/v2\.js/) // v2 trips over its own guest room when it reads its group list
    await late.join(room)
    await alice.sendText(room, 'to a guest')
    await late.waitForText(room, 'to a guest')
    if (leaveFirst) await late.call('quitGroup', room)
    await late.login(user)
    const { status } = await late.join(room)
    expect(['JoinedSuccess', 'AlreadyInGroup']).toContain(status)

    await late.sendText(room, 'as a member')
    expect(await alice.waitForText(room, 'as a member')).toMatchObject({ from: user })
    await alice.sendText(room, 'welcome')
    await late.waitForText(room, 'welcome')
    expect(late.texts(room), 'each once').toEqual(['to a guest', 'welcome'])
  })
}

test('a guest is told that a room does not exist', async ({ open, name }) => {
  const guest = await open()
  guest.tolerate(/joinGroup|10010/)
  await guest.refused(10010, 'joinGroup', { groupID: name('nowhere'), type: 'AVChatRoom' })
})

test('a guest reads under a path prefix', async ({ open, server, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const guest = await open({ proxyServer: `${server.wsUrl}/some/prefix` })
  await guest.join(room)
  await rest.sendText(room, 'hello')
  await guest.waitForText(room, 'hello')
})
