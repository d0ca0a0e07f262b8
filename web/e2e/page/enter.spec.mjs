// An element enters a room by itself.
import { expect, test } from './fixtures.mjs'

test('an element with attributes enters as a guest, and as a user when it is given one', async ({ show, rest, name }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room, { name: 'Living room' })
  const client = await show('live-room', { room })
  expect(await client.element.evaluate(element => element.room.view.name)).toBe('Living room')
  const host = await show('live-room', { room, user: ada, nick: 'Ada' })
  expect(await host.element.evaluate(element => element.room.view.me)).toMatchObject({ nick: 'Ada', role: 'member', maySpeak: true })
})
