// What only our SDK tells: likes, receipts, how things stand, holes; and what moderators do with it.
import { expect, test } from './lib/fixtures.mjs'
import { Rest } from './lib/rest.mjs'

test.skip(({ sdk }) => sdk !== 'ours', 'the official SDKs have nothing like it')

/** A room with its owner and a viewer, each on a page of his own. */
async function peopled({ open, name, server }) {
  const room = name('room')
  const owner = await open({ user: name('owner'), server })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  const viewer = await open({ user: name('viewer'), server })
  for (const client of [owner, viewer]) await client.join(room)
  return { room, owner, viewer }
}

const standsAt = (client, where, from = 0) => client.waitFor('ROOM_STATE_UPDATED', { from, where })

test('taps of two pages are one sum for everybody, guests too', async ({ open, name }) => {
  const { room, owner, viewer } = await peopled({ open, name })
  const guest = await open()
  await guest.join(room)
  guest.tolerate(/sendLike/)
  const tap = (client, times) => client.page.evaluate(async ({ room, times }) => {
    const answers = await Promise.all(Array.from({ length: times }, () => window.chat.sendLike(room)))
    return answers.at(-1).data
  }, { room, times })
  await Promise.all([tap(owner, 5), tap(viewer, 7)])
  for (const client of [owner, viewer, guest]) await client.waitFor('LIKES_UPDATED', { where: ({ total }) => total === 12 })
  for (const client of [owner, viewer, guest]) {
    const told = client.seen('LIKES_UPDATED').map(({ data }) => data)
    expect(told.reduce((sum, { add }) => sum + add, 0)).toBe(12)
  }
  const { data } = await viewer.call('getLikes', room, { top: 3 })
  expect(data).toEqual({ total: 12, mine: 7, top: [{ userID: viewer.user, taps: 7 }, { userID: owner.user, taps: 5 }] })
  await guest.refused(2024, 'sendLike', room)
})

test('a receipt says what became of a message: admitted, refused with a time to wait, refused for good', async ({ open, name }) => {
  const { room, owner, viewer } = await peopled({ open, name })
  const first = await viewer.sendText(room, 'one')
  expect(first.receipt).toEqual({ state: 'admitted', sequence: first.sequence })
  await owner.call('updateGroupRules', { groupID: room, slowMode: 30 })
  await standsAt(viewer, ({ slowMode }) => slowMode === 30)
  await viewer.sendText(room, 'two').catch(() => {})
  const refused = await viewer.page.evaluate(async to => {
    const message = window.chat.createTextMessage({ to, conversationType: 'GROUP', payload: { text: 'three' } })
    const { code, data } = await window.chat.sendMessage(message).catch(error => error)
    return { code, data, receipt: { ...message.receipt }, status: message.status }
  }, room)
  expect(refused).toMatchObject({ code: 10023, data: { cause: 'slow_mode' }, receipt: { state: 'rejected', cause: 'slow_mode' }, status: 'fail' })
  expect(refused.receipt.retryAfter).toBeGreaterThan(0)
  expect(refused.receipt.retryAfter).toBeLessThanOrEqual(30)
})

test('a muted page is told so and until when, and that it may speak again', async ({ open, name }) => {
  const { room, owner, viewer } = await peopled({ open, name })
  viewer.tolerate(/./)
  await owner.call('setGroupMemberMuteTime', { groupID: room, userID: viewer.user, muteTime: 60 })
  const { myself } = await standsAt(viewer, state => !state.myself.maySpeak)
  expect(myself.mutedUntil).toBeGreaterThan(Date.now() / 1000 + 50)
  await viewer.sendRefused(10017, room, 'muted')
  expect((await owner.call('getMutedMembers', room)).data.userList).toMatchObject([{ userID: viewer.user }])
  const from = viewer.mark()
  await owner.call('setGroupMemberMuteTime', { groupID: room, userID: viewer.user, muteTime: 0 })
  await standsAt(viewer, state => state.myself.maySpeak, from)
  await owner.call('updateGroupProfile', { groupID: room, muteAllMembers: true })
  await standsAt(viewer, ({ muteAll }) => muteAll)
  await viewer.sendRefused(10017, room, 'not now')
})

test('an owner removes, bans, lets in again, deletes and makes admins', async ({ open, name }) => {
  const { room, owner, viewer } = await peopled({ open, name })
  const witness = await open()
  await witness.join(room)
  viewer.tolerate(/./)
  const said = await viewer.sendText(room, 'rude')
  await witness.waitForText(room, 'rude')
  expect((await owner.call('deleteGroupMessages', { groupID: room, sequenceList: [said.sequence], reason: 'rude' })).data.sequenceList).toEqual([said.sequence])
  for (const client of [witness, viewer]) {
    const [revoked] = await client.waitFor('MESSAGE_REVOKED')
    expect(revoked).toMatchObject({ ID: said.ID, isRevoked: true, revokerInfo: { userID: owner.user }, revokeReason: 'rude' })
  }

  await owner.call('removeGroupMember', { groupID: room, userIDList: [viewer.user], reason: 'calm down' })
  await viewer.waitForNotice(room, 21)
  await viewer.join(room)
  let from = viewer.mark()
  await owner.call('banGroupMember', { groupID: room, userIDList: [viewer.user] })
  await viewer.waitForNotice(room, 21, { from })
  await viewer.refused(10007, 'joinGroup', { groupID: room })
  expect((await owner.call('getBannedMembers', room)).data.userList).toEqual([{ userID: viewer.user, until: Infinity }])
  await owner.call('unbanGroupMember', { groupID: room, userIDList: [viewer.user] })
  await viewer.join(room)
  from = viewer.mark()
  await owner.call('setGroupAdmins', { groupID: room, userIDList: [viewer.user], isAdmin: true })
  await standsAt(viewer, state => state.myself.mayModerate && state.myself.role === 'Admin', from)
})

test('a message that is held back is released or removed by a moderator', async ({ open, name }) => {
  const { room, owner, viewer } = await peopled({ open, name })
  viewer.tolerate(/./)
  await owner.call('updateGroupRules', { groupID: room, holdBack: 10 })
  await standsAt(viewer, ({ holdBack }) => holdBack === 10)
  for (const [verdict, outcome] of [['release', { value: expect.anything() }], ['remove', { error: { code: 80001 } }]]) {
    const sending = viewer.sendText(room, verdict).then(value => ({ value }), error => ({ error }))
    let held = []
    await expect.poll(async () => (held = (await owner.call('getHeldMessages', room)).data.messageList).length).toBe(1)
    expect(held[0]).toMatchObject({ from: { userID: viewer.user }, elements: [{ type: 'TIMTextElem', payload: { text: verdict } }] })
    await owner.call('judgeHeldMessages', { groupID: room, held: [held[0].held], verdict })
    expect(await sending).toMatchObject(outcome)
  }
  await owner.waitForText(room, 'release')
  const { data } = await owner.call('getGroupTally', room)
  expect(data).toMatchObject({ admitted: 1, pending: 0, rejected: { moderator: 1 } })
  expect(data.offered).toBe(2)
})

/** For so long the SDK tries what was asked of it; then it says that it was not done. */
const REQUEST_S = 30

for (const seconds of [1, 10, 60]) {
  test(`a network that is away for ${seconds} s: what was missed comes once and in order, and nobody believes wrongly that he was heard`, async ({ startServer, wireTo, open, name }) => {
    test.setTimeout(150_000)
    const server = await startServer()
    const wire = await wireTo(server)
    const room = name('room')
    await new Rest(server).createRoom(room)
    const viewer = await open({ user: name('viewer'), server, proxyServer: wire.wsUrl })
    const talker = await open({ user: name('talker'), server })
    viewer.tolerate(/WebSocket|net::ERR/)
    for (const client of [viewer, talker]) await client.join(room)
    await talker.sendText(room, '#1')
    await viewer.waitForText(room, '#1')

    await wire.cut()
    await viewer.waitFor('NET_STATE_CHANGE', { where: ({ state }) => state === 'disconnected' })
    const saidInTheTunnel = viewer.sendText(room, 'from the tunnel').then(({ receipt }) => receipt.state, ({ code }) => code)
    const end = Date.now() + seconds * 1000
    let count = 1
    while (Date.now() < end) {
      await talker.sendText(room, `#${++count}`)
      await new Promise(resolve => setTimeout(resolve, seconds * 20)) // the pace of the talk
    }
    await wire.mend()
    const heard = seconds < REQUEST_S
    expect(await saidInTheTunnel).toBe(heard ? 'admitted' : 2801)
    if (heard) await talker.waitForText(room, 'from the tunnel')
    await talker.sendText(room, 'the end')
    await viewer.waitForText(room, 'the end', { timeout: 40_000 }) // the back-off is up to 30 s by now
    expect(viewer.texts(room)).toEqual([...Array.from({ length: count }, (_, n) => `#${n + 1}`), 'the end'])
    expect(talker.texts(room)).toEqual(heard ? ['from the tunnel'] : [])
    expect(viewer.seen('GAP_DETECTED')).toEqual([])
    expect(viewer.seen('SDK_NOT_READY')).toEqual([])
  })
}

test('a server that does not know the place says so: one gap, and the talk goes on', async ({ startServer, wireTo, open, name }) => {
  const [first, second] = [await startServer(), await startServer()]
  const wire = await wireTo(first)
  const room = name('room')
  for (const server of [first, second]) await new Rest(server).createRoom(room)
  const guest = await open({ server: first, proxyServer: wire.wsUrl })
  guest.tolerate(/WebSocket|net::ERR/)
  await guest.join(room)
  for (const text of ['one', 'two', 'three']) await new Rest(first).sendText(room, text)
  await guest.waitForText(room, 'three')
  await wire.cut()
  wire.turnTo(second.port)
  await wire.mend()
  const gap = await guest.waitFor('GAP_DETECTED', { timeout: 20_000 })
  expect(gap).toMatchObject({ groupID: room, reason: 'not_covered' })
  await new Rest(second).sendText(room, 'elsewhere')
  await guest.waitForText(room, 'elsewhere')
  expect(guest.seen('GAP_DETECTED')).toHaveLength(1)
})
