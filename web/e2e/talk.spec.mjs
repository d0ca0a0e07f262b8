// Messages between pages of one room.
import { expect, test } from './lib/fixtures.mjs'
import { STRANGE_TEXT } from './lib/page.mjs'

const PRIORITIES = ['High', 'Normal', 'Low', 'Lowest']

test('two pages talk in both directions, with nick and avatar of the sender', async ({ open, rest, name }) => {
  const [room, a, b] = [name('room'), name('alice'), name('bob')]
  await rest.createRoom(room)
  const alice = await open({ user: a })
  const bob = await open({ user: b })
  await alice.call('updateMyProfile', { nick: 'Alice 爱丽丝', avatar: 'http://127.0.0.1/alice.png' })
  await bob.call('updateMyProfile', { nick: 'Bob', avatar: 'http://127.0.0.1/bob.png' })
  expect(await alice.join(room)).toMatchObject({ status: 'JoinedSuccess', group: { groupID: room, type: 'AVChatRoom' } })
  await bob.join(room)

  const fromAlice = await alice.sendText(room, 'hello bob')
  const atBob = await bob.waitForText(room, 'hello bob')
  expect(atBob).toMatchObject({
    from: a,
    to: room,
    conversationID: `GROUP${room}`,
    conversationType: 'GROUP',
    flow: 'in',
    nick: 'Alice 爱丽丝',
    avatar: 'http://127.0.0.1/alice.png',
    priority: 'Normal',
  })

  const fromBob = await bob.sendText(room, 'hello alice')
  const atAlice = await alice.waitForText(room, 'hello alice')
  expect(atAlice).toMatchObject({ from: b, nick: 'Bob', avatar: 'http://127.0.0.1/bob.png' })

  // One message has one ID, number and time on all sides.
  expect(atBob.ID).toBe(fromAlice.ID)
  expect(atAlice.ID).toBe(fromBob.ID)
  expect(atBob.sequence).toBe(fromAlice.sequence)
  expect(atBob.time).toBe(fromAlice.time)
  expect(fromBob.sequence).toBeGreaterThan(fromAlice.sequence)
  expect(fromAlice.status).toBe('success')

  // Nobody gets his own words back: bob's answer came after alice's message would have.
  expect(alice.texts(room)).toEqual(['hello alice'])
  await alice.sendText(room, 'bye')
  await bob.waitForText(room, 'bye')
  expect(bob.texts(room)).toEqual(['hello bob', 'bye'])
})

test('pages of both SDK versions understand each other in one room', async ({ open, rest, name, sdk }) => {
  const room = name('room')
  await rest.createRoom(room)
  const tested = await open({ user: name('tested') })
  const other = await open({ user: name('other'), sdk: sdk === 'v2' ? 'v3' : 'v2' })
  await tested.join(room)
  await other.join(room)
  const sent = await tested.sendText(room, 'from one version')
  expect(await other.waitForText(room, 'from one version')).toMatchObject({ ID: sent.ID, from: tested.user })
  const answer = await other.sendText(room, 'to the other')
  expect(await tested.waitForText(room, 'to the other')).toMatchObject({ ID: answer.ID, from: other.user })
})

const KINDS = {
  Text: { type: 'TIMTextElem', payload: { text: STRANGE_TEXT } },
  Custom: {
    type: 'TIMCustomElem',
    payload: { data: '{"gift":"火箭 🚀","raw":"\u0000\u0001\u001f\u007f"}', description: 'a gift\u0000with a hole', extension: STRANGE_TEXT },
  },
  Face: { type: 'TIMFaceElem', payload: { index: 7, data: 'tt\u0000 07 微笑😊' } },
}

test('text, custom and face messages of every priority arrive intact, each once and in order', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  const guest = await open()
  await Promise.all([alice, bob, guest].map(client => client.join(room)))

  const expected = []
  for (const [kind, { type, payload }] of Object.entries(KINDS)) {
    for (const priority of PRIORITIES) {
      const cloudCustomData = JSON.stringify({ kind, priority, note: STRANGE_TEXT })
      const { ID, time, sequence } = await alice.send(room, kind, payload, { priority, cloudCustomData })
      expected.push({ ID, time, sequence, type, payload, priority, cloudCustomData, from: alice.user })
    }
  }
  for (const client of [bob, guest]) {
    await client.waitForMessage(room, m => m.ID === expected.at(-1).ID, 'the last message')
    expect(client.messages(room).filter(m => m.type !== 'TIMGroupTipElem')).toMatchObject(expected)
  }
})

test('many messages of two talkers arrive once and in one order for everybody', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  const viewer = await open({ user: name('viewer') })
  const guest = await open()
  for (const client of [alice, bob, viewer, guest]) await client.join(room)

  const count = 15
  const talk = async (client, word) => {
    const sent = []
    for (let i = 0; i < count; i++) sent.push(await client.sendText(room, `${word} ${i}`))
    return sent
  }
  const sent = (await Promise.all([talk(alice, 'a'), talk(bob, 'b')])).flat()
  const inOrder = sent.sort((x, y) => x.sequence - y.sequence).map(m => m.payload.text)
  await expect.poll(() => viewer.texts(room)).toEqual(inOrder)
  await expect.poll(() => guest.texts(room)).toEqual(inOrder)
  expect(alice.texts(room)).toEqual(inOrder.filter(text => text.startsWith('b')))
  expect(bob.texts(room)).toEqual(inOrder.filter(text => text.startsWith('a')))
})

test('rooms do not mix', async ({ open, rest, name }) => {
  const [one, two] = [name('one'), name('two')]
  await rest.createRoom(one)
  await rest.createRoom(two)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  await alice.join(one)
  await bob.join(two)
  await rest.sendText(one, 'in one')
  await rest.sendText(two, 'in two')
  await alice.waitForText(one, 'in one')
  await bob.waitForText(two, 'in two')
  expect(alice.messages(two)).toEqual([])
  expect(bob.messages(one)).toEqual([])
})

test('joining a second room leaves the first', async ({ open, rest, name }) => {
  const [one, two] = [name('one'), name('two')]
  await rest.createRoom(one)
  await rest.createRoom(two)
  const alice = await open({ user: name('alice') })
  const watcher = await open({ user: name('watcher') })
  await watcher.join(one)
  await alice.join(one)
  await watcher.waitForTip(one, 1, tip => tip.payload.userIDList.includes(alice.user))
  await alice.join(two)
  await watcher.waitForTip(one, 2, tip => tip.payload.userIDList.includes(alice.user))
  const from = alice.mark()
  await rest.sendText(one, 'after you left')
  await rest.sendText(two, 'where you are')
  await alice.waitForText(two, 'where you are')
  expect(alice.messages(one, { from })).toEqual([])
})

/** Decision 20: 12,288 bytes of compact `MsgBody` plus `CloudCustomData`. */
const SIZE_MAX = 12_288
const EMPTY_BODY = Buffer.byteLength(JSON.stringify([{ MsgType: 'TIMTextElem', MsgContent: { Text: '' } }]))

test('a message of 12,288 bytes arrives, one byte more is refused with 80002', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  alice.tolerate(/80002|sendMessage/)
  await alice.join(room)
  await bob.join(room)

  const longest = 'x'.repeat(SIZE_MAX - EMPTY_BODY)
  await alice.sendText(room, longest)
  expect((await bob.waitForMessage(room, m => m.type === 'TIMTextElem', 'the long text')).payload.text).toBe(longest)

  const error = await alice.sendRefused(80002, room, longest + 'x')
  expect(error.data.status).toBe('fail')
  await expect(alice.sendText(room, longest, { cloudCustomData: 'x' })).rejects.toMatchObject({ code: 80002 })
  // Bytes count, not characters.
  await alice.sendRefused(80002, room, '直'.repeat(SIZE_MAX / 3))

  await alice.sendText(room, 'still here')
  await bob.waitForText(room, 'still here')
  expect(bob.texts(room)).toEqual([longest, 'still here'])
})

test('a page that has not joined cannot send', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  alice.tolerate(/2101|sendMessage/)
  await bob.join(room)
  await alice.sendRefused(2101, room, 'from outside') // the SDK asks for the room's type and refuses itself
  await bob.sendText(room, 'inside')
  expect(bob.texts(room)).toEqual([])
})
