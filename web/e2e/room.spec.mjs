// A room's life through the SDK: create, join, look, rename, leave, dismiss.
import { expect, test } from './lib/fixtures.mjs'

const LIVE = 'AVChatRoom'

test('an owner creates a room, joins it and others find it', async ({ open, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const created = await owner.call('createGroup', { type: LIVE, groupID: room, name: '深夜电台 live', introduction: 'intro', notification: 'be kind' })
  expect(created.data.group).toMatchObject({ groupID: room, type: LIVE, name: '深夜电台 live' })
  expect(await owner.join(room)).toMatchObject({ status: 'JoinedSuccess' })

  const viewer = await open({ user: name('viewer') })
  const { group } = await viewer.join(room)
  expect(group).toMatchObject({ groupID: room, type: LIVE, name: '深夜电台 live', introduction: 'intro', notification: 'be kind', ownerID: owner.user })
  const profile = await viewer.call('getGroupProfile', { groupID: room })
  expect(profile.data.group).toMatchObject({ groupID: room, name: '深夜电台 live', ownerID: owner.user, joinOption: 'FreeAccess' })
})

test('the server names a room that was created without an id', async ({ open }) => {
  const owner = await open({ user: `owner-${Date.now() % 1e9}` })
  const { data } = await owner.call('createGroup', { type: LIVE, name: 'nameless' })
  expect(data.group.groupID).toMatch(/^@TGS#/)
  expect(await owner.join(data.group.groupID)).toMatchObject({ status: 'JoinedSuccess' })
})

test('a taken room id is refused: 10021, and 10025 for the one who owns it', async ({ open, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const other = await open({ user: name('other') })
  for (const client of [owner, other]) client.tolerate(/createGroup|1002[15]/)
  await owner.call('createGroup', { type: LIVE, groupID: room, name: 'mine' })
  await owner.refused(10025, 'createGroup', { type: LIVE, groupID: room, name: 'mine again' })
  await other.refused(10021, 'createGroup', { type: LIVE, groupID: room, name: 'yours' })
})

test('groups of other types are refused with 10004 and a text that helps', async ({ open, name }) => {
  const alice = await open({ user: name('alice') })
  alice.tolerate(/createGroup|10004/)
  for (const type of ['Public', 'ChatRoom', 'Private']) {
    const error = await alice.refused(10004, 'createGroup', { type, groupID: name('group'), name: 'no live room' })
    expect(error.message, type).toMatch(/AVChatRoom|live room/i)
  }
})

test('an unknown room is refused with 10010', async ({ open, name }) => {
  const alice = await open({ user: name('alice') })
  alice.tolerate(/joinGroup|10010/)
  await alice.refused(10010, 'joinGroup', { groupID: name('nowhere'), type: LIVE })
})

test('joining again is no error, on the same page and after a reload', async ({ open, rest, name }) => {
  const [room, user] = [name('room'), name('alice')]
  await rest.createRoom(room)
  const bob = await open({ user: name('bob') })
  await bob.join(room)
  const alice = await open({ user })
  expect(await alice.join(room)).toMatchObject({ status: 'JoinedSuccess' })
  expect(await alice.join(room)).toMatchObject({ status: 'AlreadyInGroup' })
  await bob.sendText(room, 'one')
  await alice.waitForText(room, 'one')

  // A reload forgets everything at the client; the new login ends the membership of the old session.
  await alice.reload()
  await alice.login(user)
  expect(await alice.join(room)).toMatchObject({ status: 'JoinedSuccess' })
  await bob.sendText(room, 'two')
  await alice.waitForText(room, 'two')
  await alice.sendText(room, 'three')
  await bob.waitForText(room, 'three')
  expect(alice.texts(room), 'each once').toEqual(['one', 'two'])
  expect(bob.texts(room)).toEqual(['three'])
})

test('join and leave are told with nick and avatar', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const bob = await open({ user: name('bob') })
  await bob.join(room)
  const alice = await open({ user: name('alice') })
  await alice.call('updateMyProfile', { nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })

  await alice.join(room)
  const joined = await bob.waitForTip(room, 1, tip => tip.payload.userIDList.includes(alice.user))
  expect(joined).toMatchObject({ nick: 'Alice', avatar: 'http://127.0.0.1/a.png', conversationID: `GROUP${room}` })
  expect(joined.payload).toMatchObject({ operatorID: alice.user, userIDList: [alice.user], groupProfile: { groupID: room } })
  expect(joined.payload.memberList).toMatchObject([{ userID: alice.user, nick: 'Alice', avatar: 'http://127.0.0.1/a.png' }])

  await alice.call('quitGroup', room)
  const left = await bob.waitForTip(room, 2, tip => tip.payload.userIDList.includes(alice.user))
  expect(left.payload).toMatchObject({ operatorID: alice.user, userIDList: [alice.user] })
  expect(bob.tips(room, 1).filter(tip => tip.payload.userIDList.includes(alice.user))).toHaveLength(1)
  expect(bob.tips(room, 2)).toHaveLength(1)
})

test('who has left gets nothing more and cannot send', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  alice.tolerate(/sendMessage|quitGroup|2101|2623/)
  await alice.join(room)
  await bob.join(room)
  await alice.call('quitGroup', room)
  await bob.waitForTip(room, 2)
  const from = alice.mark()
  await rest.sendText(room, 'after')
  await bob.waitForText(room, 'after')
  await alice.sendRefused(2101, room, 'from outside')
  await alice.refused(2623, 'quitGroup', room)
  expect(alice.messages(room, { from })).toEqual([])
  expect(await alice.join(room), 'he may come back').toMatchObject({ status: 'JoinedSuccess' })
})

test('the owner cannot quit (10009) and stays in the room', async ({ open, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const viewer = await open({ user: name('viewer') })
  owner.tolerate(/quitGroup|10009/)
  await owner.call('createGroup', { type: LIVE, groupID: room, name: 'mine' })
  await owner.join(room)
  await viewer.join(room)
  await owner.refused(10009, 'quitGroup', room)
  await owner.sendText(room, 'still here')
  await viewer.waitForText(room, 'still here')
})

test('the online number follows joins and leaves', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  await alice.join(room)
  await bob.join(room)
  // The SDK itself keeps the number for as long as the server says, so the wait covers that.
  await expect.poll(async () => (await alice.call('getGroupOnlineMemberCount', room)).data.memberCount, { timeout: 25_000 }).toBe(2)
  await bob.call('quitGroup', room)
  await expect.poll(async () => (await alice.call('getGroupOnlineMemberCount', room)).data.memberCount, { timeout: 25_000 }).toBe(1)
  expect((await rest.call('group_open_http_svc/get_online_member_num', { GroupId: room })).OnlineMemberNum).toBe(1)
})

test('the owner renames the room: members are told, the profile has it', async ({ open, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const viewer = await open({ user: name('viewer') })
  const guest = await open()
  await owner.call('createGroup', { type: LIVE, groupID: room, name: 'old name' })
  for (const client of [owner, viewer, guest]) await client.join(room)
  const { data } = await owner.call('updateGroupProfile', { groupID: room, name: 'new name', introduction: '简介', notification: 'rules' })
  expect(data.group).toMatchObject({ groupID: room, name: 'new name' })

  for (const client of [viewer, guest]) {
    const tip = await client.waitForTip(room, 6)
    expect(tip.payload).toMatchObject({ operatorID: owner.user, newGroupProfile: { groupName: 'new name', introduction: '简介', notification: 'rules' } })
  }
  const profile = await viewer.call('getGroupProfile', { groupID: room })
  expect(profile.data.group).toMatchObject({ name: 'new name', introduction: '简介', notification: 'rules' })
})

test('a member who is not the owner may not rename (10007) or dismiss', async ({ open, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const viewer = await open({ user: name('viewer') })
  viewer.tolerate(/updateGroupProfile|dismissGroup|10007/)
  await owner.call('createGroup', { type: LIVE, groupID: room, name: 'mine' })
  await owner.join(room)
  await viewer.join(room)
  await viewer.refused(10007, 'updateGroupProfile', { groupID: room, name: 'stolen' })
  await viewer.refused(10007, 'dismissGroup', room)
  await viewer.sendText(room, 'it is still here')
  await owner.waitForText(room, 'it is still here')
  expect(owner.tips(room, 6)).toEqual([])
  expect((await viewer.call('getGroupProfile', { groupID: room })).data.group.name).toBe('mine')
})

for (const [how, dismiss] of [
  ['by its owner', ({ owner, room }) => owner.call('dismissGroup', room)],
  ['over REST', ({ rest, room }) => rest.destroyRoom(room)],
]) {
  test(`a room dismissed ${how} ends for members and guests`, async ({ open, rest, name }) => {
    const room = name('room')
    const owner = await open({ user: name('owner') })
    const viewer = await open({ user: name('viewer') })
    const guest = await open()
    for (const client of [owner, viewer, guest]) client.tolerate(/sendMessage|joinGroup|2101|10010/)
    await owner.call('createGroup', { type: LIVE, groupID: room, name: 'short-lived' })
    for (const client of [owner, viewer, guest]) await client.join(room)
    await rest.sendText(room, 'last words')
    for (const client of [viewer, guest]) await client.waitForText(room, 'last words')

    await dismiss({ owner, rest, room })
    for (const client of [viewer, guest]) {
      const notice = await client.waitForNotice(room, 5)
      expect(notice.conversationID).toBe('@TIM#SYSTEM')
    }
    const outcome = await viewer.sendText(room, 'anyone?').catch(error => error)
    expect([2101, 10010], 'the SDK or the server says that the room is gone').toContain(outcome.code)
    await viewer.refused(10010, 'joinGroup', { groupID: room, type: LIVE })
    expect((await rest.raw('group_open_http_svc/send_group_msg', { GroupId: room, Random: 1, MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'x' } }] })).ErrorCode).toBe(10010)
    for (const client of [viewer, guest]) expect(client.notices(room, 5), 'told once').toHaveLength(1)
  })
}

test('a dismissed room can be created anew and is another room', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  await alice.join(room)
  await rest.sendText(room, 'old room')
  await alice.waitForText(room, 'old room')
  await rest.destroyRoom(room)
  await alice.waitForNotice(room, 5)
  await rest.createRoom(room, { name: 'reborn' })
  const from = alice.mark()
  await alice.join(room)
  await rest.sendText(room, 'new room')
  await alice.waitForText(room, 'new room', { from })
  expect(alice.texts(room, { from })).toEqual(['new room'])
})
