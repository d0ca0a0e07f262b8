// What members of a room share: attributes, counters, the list of members, marks and roles. Two clients watch each other.
import { expect, test } from './lib/fixtures.mjs'
import { Rest } from './lib/rest.mjs'

/** A room with its owner and a viewer, each on a page of his own. */
async function room({ open, name }) {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  const viewer = await open({ user: name('viewer') })
  await viewer.join(room)
  return { room, owner, viewer }
}

const attributesOf = async (client, room, keyList = []) =>
  (await client.call('getGroupAttributes', { groupID: room, keyList })).data.groupAttributes

test('LR-A1: attributes are set, changed and deleted, and everybody is told', async ({ open, name }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  const told = (where, from) => viewer.waitFor('GROUP_ATTRIBUTES_UPDATED', { from, where: data => where(data.groupAttributes) })
  expect(await attributesOf(viewer, groupID)).toEqual({})

  const { data } = await owner.call('initGroupAttributes', { groupID, groupAttributes: { topic: 'cats', mood: '好' } })
  expect(data.groupAttributes).toEqual({ topic: 'cats', mood: '好' })
  expect((await told(all => all.mood === '好')).groupID).toBe(groupID)
  expect(await attributesOf(viewer, groupID)).toEqual({ topic: 'cats', mood: '好' })

  let from = viewer.mark()
  await owner.call('setGroupAttributes', { groupID, groupAttributes: { topic: 'dogs', guest: 'eve' } })
  expect((await told(all => all.guest, from)).groupAttributes).toEqual({ topic: 'dogs', mood: '好', guest: 'eve' })

  // The viewer writes too: he knows the newest version from the notices.
  from = owner.mark()
  await viewer.call('setGroupAttributes', { groupID, groupAttributes: { mood: 'great' } })
  await owner.waitFor('GROUP_ATTRIBUTES_UPDATED', { from, where: ({ groupAttributes }) => groupAttributes.mood === 'great' })

  from = viewer.mark()
  const deleted = await owner.call('deleteGroupAttributes', { groupID, keyList: ['mood'] })
  expect(deleted.data.keyList).toEqual(['mood'])
  expect((await told(all => !all.mood, from)).groupAttributes).toEqual({ topic: 'dogs', guest: 'eve' })
  from = viewer.mark()
  await owner.call('deleteGroupAttributes', { groupID, keyList: [] })
  expect((await told(all => Object.keys(all).length === 0, from)).groupAttributes).toEqual({})
  expect(await attributesOf(viewer, groupID)).toEqual({})
})

test('attributes of a backend reach the pages, and its codes the callers', async ({ open, rest, name }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  owner.tolerate(/./)
  await rest.call('group_open_http_svc/modify_group_attr', { GroupId: groupID, GroupAttr: [{ key: 'k', value: 'v' }] })
  await viewer.waitFor('GROUP_ATTRIBUTES_UPDATED', { where: ({ groupAttributes }) => groupAttributes.k === 'v' })
  await owner.refused(10045, 'setGroupAttributes', { groupID, groupAttributes: { ['k'.repeat(33)]: 'v' } })
  await owner.refused(10046, 'setGroupAttributes', { groupID, groupAttributes: { k: 'v'.repeat(4001) } })
})

test('LR-A4: counters are set, counted up and down, and everybody is told', async ({ open, rest, name }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  const told = (client, key, value) => client.waitFor('GROUP_COUNTER_UPDATED', { where: data => data.key === key && data.value === value })
  expect((await owner.call('setGroupCounters', { groupID, counters: { likes: 5, gifts: -2 } })).data.counters).toEqual({ likes: 5, gifts: -2 })
  await told(viewer, 'likes', 5)
  await told(viewer, 'gifts', -2)
  await told(owner, 'likes', 5)
  expect((await viewer.call('increaseGroupCounter', { groupID, key: 'likes', value: 3 })).data).toEqual({ counters: { likes: 8 } })
  await told(owner, 'likes', 8)
  expect((await owner.call('decreaseGroupCounter', { groupID, key: 'fresh', value: 1 })).data).toEqual({ counters: { fresh: -1 } })
  await told(viewer, 'fresh', -1)
  expect((await viewer.call('getGroupCounters', { groupID })).data.counters).toEqual({ likes: 8, gifts: -2, fresh: -1 })
  expect((await viewer.call('getGroupCounters', { groupID, keyList: ['likes'] })).data.counters).toEqual({ likes: 8 })
  await rest.call('group_open_http_svc/update_group_counter', { GroupId: groupID, Mode: 'Increase', GroupCounter: [{ Key: 'likes', Value: 92 }] })
  await told(viewer, 'likes', 100)
})

test('LR-M16: the list of members has the newest first, with names and pictures', async ({ open, rest, name }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  await rest.setProfile(viewer.user, { nick: 'The Viewer', avatar: 'http://127.0.0.1/v.png' })
  const { data } = await owner.call('getGroupMemberList', { groupID, count: 15, offset: 0 })
  expect(data.memberList.map(member => member.userID)).toEqual([viewer.user, owner.user])
  expect(data.memberList[0]).toMatchObject({ nick: 'The Viewer', avatar: 'http://127.0.0.1/v.png', role: 'Member' })
  expect(data.memberList[1]).toMatchObject({ role: 'Owner' })
  expect(data.memberList[0].joinTime).toBeGreaterThan(1_700_000_000)
})

test('LR-M17: marked members are listed by their mark', async ({ open, name }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  viewer.tolerate(/./)
  const marked = await owner.call('markGroupMemberList', { groupID, userIDList: [viewer.user], markType: 1000, enableMark: true })
  expect(marked.data.successUserIDList).toEqual([viewer.user])
  const { data } = await owner.call('getGroupMemberList', { groupID, filter: 1000 })
  expect(data.memberList.map(member => member.userID)).toEqual([viewer.user])
  await expect(viewer.call('markGroupMemberList', { groupID, userIDList: [owner.user], markType: 1000, enableMark: true })).rejects.toThrow()
})

test('LR-M18: an owner makes an admin (v2 cannot), who may mute then', async ({ open, name, sdk }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  const other = await open({ user: name('other') })
  await other.join(groupID)
  other.tolerate(/./)
  owner.tolerate(/./)
  viewer.tolerate(/./)
  await expect(viewer.call('setGroupMemberMuteTime', { groupID, userID: other.user, muteTime: 60 })).rejects.toThrow()
  // Until it has asked for the room's profile, v3 does not know who owns it.
  await owner.call('getGroupProfile', { groupID })
  const made = owner.call('setGroupMemberRole', { groupID, userID: viewer.user, role: 'Admin' })
  if (sdk === 'v2') return expect(made).rejects.toMatchObject({ code: 2682 })
  await made
  await viewer.call('setGroupMemberMuteTime', { groupID, userID: other.user, muteTime: 60 })
  await other.sendRefused(10017, groupID, 'muted by the new admin')
})

test('where members poll they are told of attributes and counters too', async ({ startServer, open, name }) => {
  const server = await startServer({ set: { 'websdk.delivery': 'poll' } })
  const groupID = name('room')
  const owner = await open({ user: name('owner'), server })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID, name: 'room' })
  await owner.join(groupID)
  const viewer = await open({ user: name('viewer'), server })
  await viewer.join(groupID)
  await owner.call('initGroupAttributes', { groupID, groupAttributes: { topic: 'cats' } })
  await viewer.waitFor('GROUP_ATTRIBUTES_UPDATED', { where: ({ groupAttributes }) => groupAttributes.topic === 'cats' })
  await owner.call('increaseGroupCounter', { groupID, key: 'likes', value: 1 })
  await viewer.waitFor('GROUP_COUNTER_UPDATED', { where: data => data.key === 'likes' && data.value === 1 })
})

test('LR-S8: a broadcast of the backend reaches every room, and is marked (for the official SDKs where members poll)', async ({ startServer, open, name, sdk }) => {
  for (const delivery of ['push', 'poll']) {
    const server = await startServer({ set: { 'websdk.delivery': delivery } })
    const rest = new Rest(server)
    const pages = []
    for (const word of ['a', 'b']) {
      const room = name(word)
      await rest.createRoom(room)
      const page = await open({ user: name('viewer'), server })
      await page.join(room)
      pages.push(page)
    }
    await rest.call('group_open_http_svc/send_broadcast_msg', { Random: 7, MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'to all' } }] })
    for (const page of pages) {
      const heard = () => page.seen('MESSAGE_RECEIVED').flatMap(event => event.data).filter(message => message.payload.text === 'to all')
      await expect.poll(() => heard().length).toBe(1)
      expect(heard()[0]).toMatchObject({ from: 'administrator', isBroadcastMessage: sdk === 'ours' || delivery === 'poll' })
    }
  }
})

test('decision 14: a sender takes his message back through the SDK', async ({ open, name, sdk }) => {
  const { room: groupID, owner, viewer } = await room({ open, name })
  await viewer.page.evaluate(async groupID => {
    window.mine = window.chat.createTextMessage({ to: groupID, conversationType: 'GROUP', payload: { text: 'oops' } })
    await window.chat.sendMessage(window.mine)
  }, groupID)
  const heard = await owner.waitForText(groupID, 'oops')
  await viewer.page.evaluate(() => window.chat.revokeMessage(window.mine).then(() => {}))
  if (sdk !== 'v2') {
    const revoked = await owner.waitFor('MESSAGE_REVOKED')
    expect(revoked[0].sequence ?? revoked[0].ID).toBe(revoked[0].sequence === undefined ? heard.ID : heard.sequence)
  }
  expect(await viewer.page.evaluate(() => window.mine.isRevoked)).toBe(true)
})
