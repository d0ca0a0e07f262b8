// Messages from user to user (decision 24): both ways, for those who are away, taken back, read.
import { expect, test } from './lib/fixtures.mjs'

/** Sends a text to a user; gives the message object. */
async function write(client, to, text) {
  const { value, error } = await client.page.evaluate(async ({ to, text }) => {
    const message = window.chat.createTextMessage({ to, conversationType: 'C2C', payload: { text } })
    window.outgoing[text] = message
    try {
      return { value: window.plain((await window.chat.sendMessage(message)).data.message) }
    } catch ({ code, message: info }) {
      return { error: { code, message: info } }
    }
  }, { to, text })
  if (error) throw Object.assign(new Error(error.message), error)
  return value
}

const received = client => client.seen('MESSAGE_RECEIVED').flatMap(event => event.data).filter(message => message.conversationType === 'C2C')
const texts = client => received(client).map(message => message.payload.text)

/** Everything that two users wrote, by the SDK's pages, oldest first. */
async function history(client, peer) {
  const all = []
  let nextReqMessageID
  for (;;) {
    const { data } = await client.call('getMessageList', { conversationID: `C2C${peer}`, ...(nextReqMessageID && { nextReqMessageID }) })
    all.unshift(...data.messageList)
    if (data.isCompleted) return all
    nextReqMessageID = data.nextReqMessageID
  }
}

test('two users write to each other, with names and pictures', async ({ open, name }) => {
  const [alice, bob] = [await open({ user: name('alice') }), await open({ user: name('bob') })]
  await alice.call('updateMyProfile', { nick: 'Alice', avatar: 'http://127.0.0.1/a.png' })
  const sent = await write(alice, bob.user, 'hello Bob')
  expect(sent).toMatchObject({ status: 'success', from: alice.user, to: bob.user })
  await expect.poll(() => texts(bob)).toEqual(['hello Bob'])
  expect(received(bob)[0]).toMatchObject({ ID: sent.ID, nick: 'Alice', avatar: 'http://127.0.0.1/a.png', flow: 'in' })
  await write(bob, alice.user, 'hello Alice')
  await expect.poll(() => texts(alice)).toEqual(['hello Alice'])
  expect((await history(alice, bob.user)).map(message => message.payload.text)).toEqual(['hello Bob', 'hello Alice'])
})

test('what was written to somebody who was away is there after his login, once and in order', async ({ open, rest, name }) => {
  const reader = name('reader')
  await rest.importAccount(reader)
  const alice = await open({ user: name('alice') })
  for (let n = 0; n < 20; n += 1) await write(alice, reader, `m${n}`)
  const wanted = Array.from({ length: 20 }, (_, n) => `m${n}`)
  const bob = await open({ user: reader })
  const conversation = () =>
    bob.seen('CONVERSATION_LIST_UPDATED').flatMap(event => event.data).filter(({ conversationID }) => conversationID === `C2C${alice.user}`)
  await expect.poll(() => conversation().at(-1)?.unreadCount).toBe(20)
  expect((await history(bob, alice.user)).map(message => message.payload.text)).toEqual(wanted)
  await write(alice, reader, 'and now')
  await expect.poll(() => texts(bob)).toEqual(['and now'])
  // A page that is opened again has the history, and is not told of old messages as new ones.
  await bob.reload()
  await bob.login(reader)
  expect((await history(bob, alice.user)).map(message => message.payload.text)).toEqual([...wanted, 'and now'])
  expect(texts(bob)).toEqual(['and now'])
  await bob.call('setMessageRead', { conversationID: `C2C${alice.user}` })
  await alice.waitFor('MESSAGE_READ_BY_PEER')
})

test('a message is taken back on both sides', async ({ open, name }) => {
  const [alice, bob] = [await open({ user: name('alice') }), await open({ user: name('bob') })]
  await write(alice, bob.user, 'a mistake')
  await expect.poll(() => texts(bob)).toEqual(['a mistake'])
  await alice.page.evaluate(() => window.chat.revokeMessage(window.outgoing['a mistake']).then(() => {}))
  const revoked = await bob.waitFor('MESSAGE_REVOKED')
  expect(revoked[0]).toMatchObject({ ID: received(bob)[0].ID, isRevoked: true })
  expect((await history(bob, alice.user)).map(message => message.isRevoked)).toEqual([true])
  // Somebody else's is refused.
  bob.tolerate(/./)
  await write(alice, bob.user, 'no mistake')
  await expect.poll(() => texts(bob)).toContain('no mistake')
  const refused = await bob.page.evaluate(async peer => {
    const { data } = await window.chat.getMessageList({ conversationID: `C2C${peer}` })
    return window.chat.revokeMessage(data.messageList.at(-1)).then(() => 0, error => error.code)
  }, alice.user)
  expect(refused).toBeGreaterThan(0)
})

test('a sender learns that his message was read', async ({ open, name }) => {
  const [alice, bob] = [await open({ user: name('alice') }), await open({ user: name('bob') })]
  await write(alice, bob.user, 'read me')
  // What is not counted as unread yet, the SDK does not report as read.
  await bob.waitFor('CONVERSATION_LIST_UPDATED', { where: list => list.some(({ unreadCount }) => unreadCount === 1) })
  await bob.call('setMessageRead', { conversationID: `C2C${alice.user}` })
  const read = await alice.waitFor('MESSAGE_READ_BY_PEER')
  expect(read[0]).toMatchObject({ isPeerRead: true })
})

test('to nobody 20003, silenced 20012', async ({ open, rest, name }) => {
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  alice.tolerate(/./)
  await expect(write(alice, name('nobody'), 'x')).rejects.toMatchObject({ code: 20003 })
  await rest.call('openconfigsvr/setnospeaking', { Set_Account: alice.user, C2CmsgNospeakingTime: 60 })
  await expect(write(alice, bob.user, 'x')).rejects.toMatchObject({ code: 20012 })
})

test('states of users: asked for, watched, and in their own words', async ({ open, rest, name }) => {
  const absent = name('absent')
  await rest.importAccount(absent)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  await bob.call('setSelfStatus', { customStatus: '忙 busy' })
  const { data } = await alice.call('getUserStatus', { userIDList: [bob.user, absent] })
  expect(data.successUserList).toEqual([
    { userID: bob.user, statusType: 1, customStatus: '忙 busy' },
    { userID: absent, statusType: 2, customStatus: '' },
  ])
  await alice.call('subscribeUserStatus', { userIDList: [bob.user] })
  await bob.call('setSelfStatus', { customStatus: 'back' })
  await alice.waitFor('USER_STATUS_UPDATED', { where: ([status]) => status.userID === bob.user && status.customStatus === 'back' })
  await bob.call('logout')
  await alice.waitFor('USER_STATUS_UPDATED', { where: ([status]) => status.userID === bob.user && status.statusType === 2 })
})
