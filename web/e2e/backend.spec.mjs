// A backend drives the room over REST v4, the pages see it.
import { expect, test } from './lib/fixtures.mjs'
import { ADMIN } from './lib/server.mjs'

/** A room with a member and a guest in it. */
async function peopledRoom({ open, rest, name }) {
  const room = name('room')
  await rest.createRoom(room, { name: 'old name' })
  const member = await open({ user: name('member') })
  const guest = await open()
  await member.join(room)
  await guest.join(room)
  return { room, viewers: [member, guest], member, guest }
}

test('a message of the administrator and one on behalf of a user arrive at members and guests', async ({ open, rest, name }) => {
  const { room, viewers } = await peopledRoom({ open, rest, name })
  const host = name('host')
  await rest.importAccount(host, { nick: 'The host 主持人', avatar: 'http://127.0.0.1/host.png' })

  const one = await rest.sendText(room, 'from the administrator', { priority: 'High', cloudCustomData: '{"k":1}' })
  const two = await rest.sendText(room, 'from the host', { from: host, priority: 'Low' })
  expect(two.MsgSeq).toBeGreaterThan(one.MsgSeq)
  for (const viewer of viewers) {
    expect(await viewer.waitForText(room, 'from the administrator')).toMatchObject({ from: ADMIN, priority: 'High', cloudCustomData: '{"k":1}', time: one.MsgTime })
    expect(await viewer.waitForText(room, 'from the host')).toMatchObject({ from: host, nick: 'The host 主持人', avatar: 'http://127.0.0.1/host.png', priority: 'Low', flow: viewer.user ? 'in' : expect.anything() })
    expect(viewer.texts(room)).toEqual(['from the administrator', 'from the host'])
  }
})

test('custom, face and several elements sent over REST arrive as they are', async ({ open, rest, name }) => {
  const { room, viewers } = await peopledRoom({ open, rest, name })
  await rest.sendBody(room, [{ MsgType: 'TIMCustomElem', MsgContent: { Data: 'like\u0000\u0001', Desc: 'd', Ext: '{"n":1}' } }])
  await rest.sendBody(room, [{ MsgType: 'TIMFaceElem', MsgContent: { Index: 3, Data: 'smile' } }])
  await rest.sendBody(room, [
    { MsgType: 'TIMTextElem', MsgContent: { Text: 'first element' } },
    { MsgType: 'TIMFaceElem', MsgContent: { Index: 4, Data: 'second' } },
  ])
  for (const viewer of viewers) {
    await viewer.waitForText(room, 'first element')
    expect(viewer.messages(room).filter(m => m.type !== 'TIMGroupTipElem').map(m => m.payload)).toMatchObject([
      { data: 'like\u0000\u0001', description: 'd', extension: '{"n":1}' },
      { index: 3, data: 'smile' },
      { text: 'first element' },
    ])
  }
})

test("a user's own page shows what the backend says in his name", async ({ open, rest, name }) => {
  const { room, member } = await peopledRoom({ open, rest, name })
  await rest.sendText(room, 'said for you', { from: member.user })
  expect(await member.waitForText(room, 'said for you')).toMatchObject({ from: member.user, flow: 'out' })
})

test('a system notification arrives at members and guests', async ({ open, rest, name }) => {
  const { room, viewers } = await peopledRoom({ open, rest, name })
  await rest.notify(room, '{"event":"goal","text":"进球了！"}')
  for (const viewer of viewers) {
    const notice = await viewer.waitForNotice(room, 255)
    expect(notice.conversationID).toBe('@TIM#SYSTEM')
    expect(notice.payload).toMatchObject({ userDefinedField: '{"event":"goal","text":"进球了！"}', groupProfile: { groupID: room } })
    expect(viewer.notices(room, 255), 'once').toHaveLength(1)
  }
})

test('a rename over REST fires the tip and changes the profile', async ({ open, rest, name }) => {
  const { room, viewers, member } = await peopledRoom({ open, rest, name })
  await rest.modifyRoom(room, { Name: 'new name', Introduction: 'new introduction', Notification: '新公告', FaceUrl: 'http://127.0.0.1/room.png' })
  for (const viewer of viewers) {
    const tip = await viewer.waitForTip(room, 6)
    expect(tip.payload.newGroupProfile).toMatchObject({ groupName: 'new name', introduction: 'new introduction', notification: '新公告', avatar: 'http://127.0.0.1/room.png' })
    expect(tip.payload.groupProfile).toMatchObject({ groupID: room })
  }
  const { data } = await member.call('getGroupProfile', { groupID: room })
  expect(data.group).toMatchObject({ name: 'new name', introduction: 'new introduction', notification: '新公告', avatar: 'http://127.0.0.1/room.png' })
})

test('messages, tips and notices of one room come in one order for members and guests', async ({ open, rest, name }) => {
  const { room, viewers } = await peopledRoom({ open, rest, name })
  const expected = []
  for (let i = 0; i < 6; i++) {
    await rest.sendText(room, `text ${i}`)
    await rest.notify(room, `notice ${i}`)
    await rest.modifyRoom(room, { Name: `name ${i}` })
    expected.push(`text ${i}`, `notice ${i}`, `name ${i}`)
  }
  for (const viewer of viewers) {
    const seen = () =>
      viewer
        .messages(room)
        .map(({ payload }) => payload.text ?? payload.userDefinedField ?? payload.newGroupProfile?.groupName)
        .filter(Boolean)
    await expect.poll(seen).toEqual(expected)
  }
})

test('the backend sees who is online', async ({ open, rest, name }) => {
  const user = name('alice')
  const state = async () => (await rest.call('openim/query_online_status', { To_Account: [user] })).QueryResult?.[0]?.Status
  const alice = await open({ user })
  expect(await state()).toBe('Online')
  await alice.call('logout')
  await expect.poll(state).toBe('Offline')
})
