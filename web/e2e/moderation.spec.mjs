// Mutes, bans and admins, as owner, moderated member and bystanders see them (FAQ-2, LR-X1, LR-X3, LR-M14, LR-F5).
import { expect, test } from './lib/fixtures.mjs'
import { Rest } from './lib/rest.mjs'

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

test('LR-F5: to the official SDK a message dropped in a busy room was sent, ours is told', async ({ startServer, open, name, sdk }) => {
  const server = await startServer({ set: { 'rooms.rate_per_s': '1', 'rooms.max_wait_ms': '100' } })
  const room = name('room')
  const owner = await open({ user: name('owner'), server })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  const viewer = await open({ user: name('viewer'), server })
  await viewer.join(room)
  // One passes at once; of what follows within the second most is dropped.
  const codes = []
  for (let n = 0; n < 5; n += 1) await owner.sendText(room, `m${n}`).then(() => codes.push(0), ({ code }) => codes.push(code))
  expect([...new Set(codes)].sort()).toEqual(sdk === 'ours' ? [0, 10023] : [0])
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

test('a blocked word is 80001 to its sender, and a masked one arrives with stars', async ({ startServer, open, name }) => {
  const server = await startServer({ words: 'badword\n' })
  const rest = new Rest(server)
  const room = name('room')
  await rest.createRoom(room)
  const [bob, eve] = [await open({ user: name('bob'), server }), await open({ user: name('eve'), server })]
  bob.tolerate(/./)
  await bob.join(room)
  await eve.join(room)
  await bob.sendRefused(80001, room, 'what a BadWord')
  await rest.admin('PATCH', room, 'rules', { words: 'mask' })
  await bob.sendText(room, 'what a badword')
  await eve.waitForText(room, 'what a *******')
  expect(eve.texts(room)).toEqual(['what a *******'])
})

test('a removed member gets the notice, and may come back; the room gets a tip', async ({ open, rest, name }) => {
  const { room, bob, eve } = await busyRoom({ open, name })
  await rest.admin('POST', room, 'remove', { users: [bob.user], reason: 'calm down' })
  await bob.waitForNotice(room, 21)
  const tip = await eve.waitForTip(room, 3)
  expect(tip.payload.userIDList).toEqual([bob.user])
  await expect(bob.sendText(room, 'still here?')).rejects.toThrow()
  await bob.join(room)
  await bob.sendText(room, 'back again')
  await eve.waitForText(room, 'back again')
})

test('a message that is taken back is told (v2 cannot), and gone for newcomers', async ({ startServer, open, name, sdk }) => {
  const server = await startServer({ set: { 'rooms.history_on_join': '10' } })
  const rest = new Rest(server)
  const room = name('room')
  await rest.createRoom(room)
  const [bob, eve] = [await open({ user: name('bob'), server }), await open({ user: name('eve'), server })]
  await bob.join(room)
  await eve.join(room)
  await bob.sendText(room, 'a mistake')
  const received = await eve.waitForText(room, 'a mistake')
  await bob.sendText(room, 'a better one')
  await eve.waitForText(room, 'a better one')
  await rest.admin('POST', room, 'messages/delete', { seqs: [received.sequence] })
  if (sdk !== 'v2') {
    const revoked = await eve.waitFor('MESSAGE_REVOKED')
    expect(JSON.stringify(revoked)).toContain(String(received.sequence))
  }
  const late = await open({ user: name('late'), server })
  await late.join(room)
  await late.waitForText(room, 'a better one')
  expect(late.texts(room)).not.toContain('a mistake')
})
