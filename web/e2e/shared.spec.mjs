// What members of a room share: attributes, counters, the list of members, marks and roles. Two clients watch each other.
import { expect, test } from './lib/fixtures.mjs'

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

test('LR-M18: v3 makes an admin, who may mute then', async ({ open, name, sdk }) => {
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
