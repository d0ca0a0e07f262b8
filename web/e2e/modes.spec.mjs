// Settings that change what pages see: history for newcomers, polling members.
import { expect, test } from './lib/fixtures.mjs'
import { Rest } from './lib/rest.mjs'

test('a newcomer sees nothing from before by default', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  for (const text of ['one', 'two', 'three']) await rest.sendText(room, text)
  const member = await open({ user: name('member') })
  const guest = await open()
  await member.join(room)
  await guest.join(room)
  await rest.sendText(room, 'from now on')
  for (const newcomer of [member, guest]) {
    await newcomer.waitForText(room, 'from now on')
    expect(newcomer.texts(room)).toEqual(['from now on'])
  }
})

test('with rooms.history_on_join=3 a newcomer sees the last three in order, and nothing twice', async ({ startServer, open, name }) => {
  const server = await startServer({ set: { 'rooms.history_on_join': 3 } })
  const rest = new Rest(server)
  const room = name('room')
  await rest.createRoom(room)
  await rest.importAccount('historian', { nick: 'Historian', avatar: 'http://127.0.0.1/h.png' })
  for (const text of ['one', 'two', 'three', 'four', 'five']) await rest.sendText(room, text, { from: 'historian' })
  const member = await open({ server, user: name('member') })
  const guest = await open({ server })
  await member.join(room)
  await guest.join(room)
  await member.waitForText(room, 'five')
  expect(member.messages(room).filter(m => m.type === 'TIMTextElem')[0]).toMatchObject({ from: 'historian', nick: 'Historian', avatar: 'http://127.0.0.1/h.png' })
  await rest.sendText(room, 'six')
  await member.waitForText(room, 'six')
  expect(member.texts(room)).toEqual(['three', 'four', 'five', 'six'])
  await guest.waitForText(room, 'six')
  expect(guest.texts(room), 'for a guest the back-log is at most as long').toEqual(expect.arrayContaining(['six']))
  expect(['three', 'four', 'five', 'six'].slice(-guest.texts(room).length)).toEqual(guest.texts(room))

  // Joining again brings nothing a second time.
  await member.join(room)
  await rest.sendText(room, 'seven')
  await member.waitForText(room, 'seven')
  expect(member.texts(room)).toEqual(['three', 'four', 'five', 'six', 'seven'])
})

test('members who poll talk like those who are pushed to', async ({ startServer, open, name }) => {
  const server = await startServer({ set: { 'websdk.delivery': 'poll' } })
  const rest = new Rest(server)
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ server, user: name('alice') })
  const bob = await open({ server, user: name('bob') })
  await alice.call('updateMyProfile', { nick: 'Alice' })
  await bob.join(room)
  await alice.join(room)
  await bob.waitForTip(room, 1, tip => tip.payload.userIDList.includes(alice.user))
  const sent = await alice.sendText(room, 'hello')
  expect(await bob.waitForText(room, 'hello')).toMatchObject({ ID: sent.ID, nick: 'Alice', from: alice.user })
  await bob.sendText(room, 'hello to you')
  await alice.waitForText(room, 'hello to you')
  await rest.notify(room, 'notice')
  await rest.modifyRoom(room, { Name: 'renamed' })
  for (const client of [alice, bob]) {
    expect((await client.waitForNotice(room, 255)).payload.userDefinedField).toBe('notice')
    expect((await client.waitForTip(room, 6)).payload.newGroupProfile.groupName).toBe('renamed')
  }
  for (let i = 0; i < 10; i++) await rest.sendText(room, `burst ${i}`)
  await bob.waitForText(room, 'burst 9')
  expect(bob.texts(room)).toEqual(['hello', ...Array.from({ length: 10 }, (_, i) => `burst ${i}`)])
  expect(alice.texts(room)[0], 'no echo').toBe('hello to you')
  await rest.destroyRoom(room)
  for (const client of [alice, bob]) await client.waitForNotice(room, 5)
})
