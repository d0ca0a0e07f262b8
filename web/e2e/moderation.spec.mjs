// Mutes, bans and admins, as owner, moderated member and bystanders see them (FAQ-2, LR-X1, LR-X3, LR-M14, LR-F5).
import { expect, test } from './lib/fixtures.mjs'

/** A room whose owner and two members are in it, each on a page of his own. */
async function busyRoom({ open, name }) {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  const [bob, eve] = [await open({ user: name('bob') }), await open({ user: name('eve') })]
  await bob.join(room)
  await eve.join(room)
  bob.tolerate(/./)
  return { room, owner, bob, eve }
}

test('FAQ-2: a muted sender gets 10017, by REST and by the SDK of the owner, until it is lifted', async ({ open, rest, name }) => {
  const { room, owner, bob, eve } = await busyRoom({ open, name })
  await rest.call('group_open_http_svc/forbid_send_msg', { GroupId: room, Members_Account: [bob.user], MuteTime: 120 })
  await bob.sendRefused(10017, room, 'muted by REST')
  await rest.call('group_open_http_svc/forbid_send_msg', { GroupId: room, Members_Account: [bob.user], MuteTime: 0 })
  await bob.sendText(room, 'free again')
  await eve.waitForText(room, 'free again')

  await owner.call('setGroupMemberMuteTime', { groupID: room, userID: bob.user, muteTime: 60 })
  await bob.sendRefused(10017, room, 'muted by the owner')
  await owner.call('setGroupMemberMuteTime', { groupID: room, userID: bob.user, muteTime: 0 })
  await bob.sendText(room, 'and again')
  await eve.waitForText(room, 'and again')
  expect(eve.texts(room)).toEqual(['free again', 'and again'])
})

test('an ordinary member mutes nobody', async ({ open, name }) => {
  const { room, bob, eve } = await busyRoom({ open, name })
  await expect(bob.call('setGroupMemberMuteTime', { groupID: room, userID: eve.user, muteTime: 60 })).rejects.toThrow()
  await eve.sendText(room, 'I can speak')
  await bob.waitForText(room, 'I can speak')
})

test('LR-M14: a banned member is put out, told so, and cannot come back; the room is told too', async ({ open, rest, name }) => {
  const { room, owner, bob, eve } = await busyRoom({ open, name })
  await owner.call('deleteGroupMember', { groupID: room, userIDList: [bob.user], duration: 600, reason: 'spam' })
  await bob.waitForNotice(room, 21)
  const tip = await eve.waitForTip(room, 10)
  expect(tip.payload.userIDList).toEqual([bob.user])
  await expect(bob.sendText(room, 'still here?')).rejects.toThrow()
  await bob.refused(10007, 'joinGroup', { groupID: room })
  await eve.sendText(room, 'he is gone')
  await owner.waitForText(room, 'he is gone')
  expect(bob.texts(room)).toEqual([])

  await rest.call('group_open_http_svc/unban_group_member', { GroupId: room, Members_Account: [bob.user] })
  await bob.join(room)
  await bob.sendText(room, 'back again')
  await eve.waitForText(room, 'back again')
})

test('LR-X3: under mute-all an admin of the room speaks, others get 10017', async ({ open, rest, name }) => {
  const { room, bob, eve } = await busyRoom({ open, name })
  await rest.call('group_open_avchatroom_http_svc/modify_admin', { GroupId: room, CommandType: 1, Admin_Account: [eve.user] })
  await rest.call('group_open_http_svc/modify_group_base_info', { GroupId: room, MuteAllMember: 'On' })
  await bob.sendRefused(10017, room, 'not now')
  await eve.sendText(room, 'order, please')
  await bob.waitForText(room, 'order, please')
})

test('LR-F5: to the SDK a message dropped in a busy room was sent', async ({ startServer, open, name }) => {
  const server = await startServer({ set: { 'rooms.rate_per_s': '1', 'rooms.max_wait_ms': '100' } })
  const room = name('room')
  const owner = await open({ user: name('owner'), server })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  const viewer = await open({ user: name('viewer'), server })
  await viewer.join(room)
  // One passes at once; of what follows within the second most is dropped, and none of it is an error.
  for (let n = 0; n < 5; n += 1) await owner.sendText(room, `m${n}`)
  await viewer.waitForText(room, 'm0')
  expect(viewer.texts(room).length).toBeLessThan(5)
})

test('FAQ-4c: a custom message of the backend to one user reaches his page', async ({ open, rest, name }) => {
  const fan = await open({ user: name('fan') })
  const data = JSON.stringify({ op: 'quit', room: 'room-1' })
  const sent = await rest.call('openim/sendmsg', {
    To_Account: fan.user,
    MsgRandom: 771,
    MsgLifeTime: 0,
    MsgBody: [{ MsgType: 'TIMCustomElem', MsgContent: { Data: data } }],
  })
  const messages = () => fan.seen('MESSAGE_RECEIVED').flatMap(event => event.data)
  await expect.poll(() => messages().map(message => message.payload.data)).toEqual([data])
  expect(messages()[0]).toMatchObject({ type: 'TIMCustomElem', from: 'administrator', to: fan.user, time: sent.MsgTime })
})
