// The ends of a login: a second login of the account, the REST kick (wire page 2.4, decisions 12 and 28).
import { expect, test } from './lib/fixtures.mjs'
import { now, sign, signAt } from './lib/usersig.mjs'

test('a second login of the same account kicks the first, the second talks on', async ({ open, rest, name }) => {
  const [room, user] = [name('room'), name('alice')]
  await rest.createRoom(room)
  const first = await open({ user })
  first.tolerate(/createTextMessage|sendMessage|kicked|300\d/i)
  await first.join(room)
  const bob = await open({ user: name('bob') })
  await bob.join(room)

  const from = first.mark()
  const second = await open({ user })
  expect(await first.waitFor('KICKED_OUT', { from })).toEqual({ type: 'multipleAccount' })
  await first.waitFor('SDK_NOT_READY', { from })
  await second.join(room)
  await second.sendText(room, 'from the second')
  expect(await bob.waitForText(room, 'from the second')).toMatchObject({ from: user })

  await bob.sendText(room, 'who hears me?')
  await second.waitForText(room, 'who hears me?')
  expect(first.texts(room), 'the kicked page hears nothing').toEqual([])
  await expect(first.sendText(room, 'me')).rejects.toThrow()
  expect(second.seen('KICKED_OUT')).toEqual([])
  expect(first.seen('KICKED_OUT'), 'kicked once').toHaveLength(1)
})

test('a kicked page may log in again and then kicks the other', async ({ open, name }) => {
  const user = name('alice')
  const first = await open({ user })
  const second = await open({ user })
  for (const page of [first, second]) page.tolerate(/kicked/i)
  await first.waitFor('KICKED_OUT')
  await first.login(user)
  expect(await second.waitFor('KICKED_OUT')).toEqual({ type: 'multipleAccount' })
  expect((await first.call('getUserProfile', { userIDList: [user] })).data).toMatchObject([{ userID: user }])
})

test('a page that is kicked with questions under way hears of the second login, not of an expired UserSig', async ({ open, name }) => {
  const user = name('alice')
  const first = await open({ user })
  first.tolerate(/./)
  await first.page.evaluate(user => {
    let left = 300
    const ask = () => {
      left -= 1
      if (left > 0) window.chat.getUserProfile({ userIDList: [`${user}-${left}`] }).then(ask, ask)
    }
    for (let together = 0; together < 8; together += 1) ask()
  }, user)
  await open({ user })
  expect(await first.waitFor('KICKED_OUT')).toEqual({ type: 'multipleAccount' })
})

/** Until somebody has heard it: who joins in the same tick in which something is said may hear it too. */
async function saidAndHeard(speaker, listener, room, text) {
  await speaker.sendText(room, text)
  await listener.waitForText(room, text)
}

test('a REST kick ends the session; the old ticket is refused, one signed later works', async ({ open, rest, name }) => {
  const [room, user] = [name('room'), name('alice')]
  await rest.createRoom(room)
  const oldTicket = sign(user)
  const alice = await open()
  alice.tolerate(/login|kick/i)
  await alice.login(user, oldTicket)
  await alice.join(room)
  const bob = await open({ user: name('bob') })
  const listener = await open()
  for (const client of [bob, listener]) await client.join(room)

  const from = alice.mark()
  await rest.kick(user)
  const kickedAt = now()
  expect(await alice.waitFor('KICKED_OUT', { from })).toEqual({ type: 'REST_API_Kick' })
  await alice.waitFor('SDK_NOT_READY', { from })

  await saidAndHeard(bob, listener, room, 'after the kick')
  const code = await alice.call('login', { userID: user, userSig: oldTicket }).catch(error => error.code)
  expect([70001, 70003], 'the page about tickets leaves both open').toContain(code)

  // "Not before" is compared by strict >: a ticket of the second after the kick is good, without waiting for that second.
  await alice.login(user, signAt(user, kickedAt + 1))
  await alice.join(room)
  await alice.sendText(room, 'back again')
  await bob.waitForText(room, 'back again')
  expect(alice.texts(room), 'nothing of the time between').toEqual([])
})

test('after a logout the room goes on without the user', async ({ open, rest, name }) => {
  const [room, user] = [name('room'), name('alice')]
  await rest.createRoom(room)
  const bob = await open({ user: name('bob') })
  const listener = await open()
  for (const client of [bob, listener]) await client.join(room)
  const alice = await open({ user })
  await alice.join(room)
  await alice.call('logout')
  const from = alice.mark()
  await saidAndHeard(bob, listener, room, 'is she gone?')
  await alice.login(user)
  await alice.join(room)
  await bob.sendText(room, 'she is back')
  await alice.waitForText(room, 'she is back')
  expect(alice.texts(room, { from })).toEqual(['she is back'])
})
