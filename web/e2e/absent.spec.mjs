// What a live room does not have ends quickly and with the documented error, never with the SDK's own time-out
// (decision 21), and the login survives it.
import { expect, test } from './lib/fixtures.mjs'

/** Well below the SDK's own time-out of 15 s (error 2801). */
const QUICK_MS = 5000

/**
 * Calls and the codes that the SDKs reject them with: 2xxx are the SDKs' own, without asking the server; `any` is a code
 * of the server that the pages do not name. Ours says with 990001 that it does not have a call.
 */
const CALLS = {
  addGroupMember: { args: (room, user) => [{ groupID: room, userIDList: [user] }], v2: 2661, v3: 2661, ours: 2661 },
  changeGroupOwner: { args: (room, user) => [{ groupID: room, newOwnerID: user }], v2: 2620, v3: 2620, ours: 2620 },
  setGroupMemberNameCard: { args: room => [{ groupID: room, nameCard: 'x' }], v2: 10007, v3: 2687, ours: 2687 },
  setGroupMemberCustomField: { args: room => [{ groupID: room, memberCustomField: [{ key: 'k', value: 'v' }] }], v2: 10007, v3: 2687, ours: 2687 },
  addFriend: { args: (room, user) => [{ to: user, source: 'AddSource_Type_Web', type: 'Add_Type_Both' }], v2: 2998, v3: 10003, ours: 990001 },
  addToBlacklist: { args: (room, user) => [{ userIDList: [user] }], v2: 10003, v3: 10003, ours: 990001 },
}

test('calls that a live room does not have are refused quickly with a code', async ({ open, name, sdk }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const viewer = await open({ user: name('viewer') })
  owner.tolerate(/./)
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  await viewer.join(room)

  for (const [method, call] of Object.entries(CALLS)) {
    await test.step(method, async () => {
      await owner.refused(call[sdk], method, ...call.args(room, viewer.user))
      expect(owner.lastCallMs, `${method} is answered`).toBeLessThan(QUICK_MS)
    })
  }
  // The login has survived all of it.
  await owner.sendText(room, 'still here')
  await viewer.waitForText(room, 'still here')
  expect(owner.seen('KICKED_OUT')).toEqual([])
})

test('messages of a live room are not changed, deleted or listed', async ({ open, name, sdk }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  owner.tolerate(/./)
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  const codes = await owner.page.evaluate(async room => {
    const message = window.chat.createTextMessage({ to: room, conversationType: 'GROUP', payload: { text: 'once said' } })
    await window.chat.sendMessage(message)
    const code = call => call.then(() => 0, error => error.code)
    return { modify: await code(window.chat.modifyMessage(message)), remove: await code(window.chat.deleteMessage([message])) }
  }, room)
  expect(codes.modify).toBe(2481)
  expect(codes.remove).toBeGreaterThan(0)
  const { data } = await owner.call('getMessageList', { conversationID: `GROUP${room}` })
  expect(data).toMatchObject({ messageList: sdk === 'v2' ? [] : expect.any(Array), isCompleted: true })
})

for (const type of ['Public', 'Private', 'ChatRoom', 'Community']) {
  test(`a group of type ${type} is refused with the name of the supported type`, async ({ open, name }) => {
    const owner = await open({ user: name('owner') })
    owner.tolerate(/./)
    const groupID = type === 'Community' ? `@TGS#_${name('g')}` : name('g')
    const refused = await owner.call('createGroup', { type, groupID, name: 'x' }).then(
      () => undefined,
      error => error,
    )
    expect(refused, refused?.message).toMatchObject({ code: 10004, message: expect.stringContaining('AVChatRoom') })
    expect(owner.lastCallMs).toBeLessThan(QUICK_MS)
  })
}
