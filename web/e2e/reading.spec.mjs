// Guests who read a room over plain HTTP: by a stream, by slices, and where no WebSocket can be opened.
import { expect, test } from './lib/fixtures.mjs'

test.skip(({ sdk }) => sdk !== 'ours', 'the official SDKs have nothing like it')

/** A room that everybody may read, with somebody who speaks in it. */
async function readable({ open, name, reading = 'public' }) {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  await owner.call('updateGroupRules', { groupID: room, reading })
  return { room, owner }
}

for (const guestFallback of ['sse', 'slices']) {
  test(`a guest reads by ${guestFallback}, in order and without a hole, from another origin`, async ({ open, name }) => {
    const { room, owner } = await readable({ open, name })
    const guest = await open({ options: { guestFallback } })
    guest.tolerate(/404|sendLike/) // a second that is not sealed yet is not there yet
    expect(await guest.join(room)).toMatchObject({ status: 'JoinedSuccess', group: { groupID: room, name: 'room' } })
    const said = []
    for (let n = 0; n < 12; n++) {
      said.push(`m${n}`)
      await owner.sendText(room, said.at(-1))
    }
    await guest.waitForText(room, 'm11')
    expect(guest.texts(room)).toEqual(said)
    expect(guest.seen('GAP_DETECTED')).toEqual([])
    await guest.refused(2024, 'sendLike', room)
  })
}

test('a room that is for its members is not read', async ({ open, name }) => {
  const { room } = await readable({ open, name, reading: 'members' })
  const guest = await open({ options: { guestFallback: 'sse' } })
  guest.tolerate(/403/)
  await guest.refused(10007, 'joinGroup', { groupID: room, type: 'AVChatRoom' })
})
