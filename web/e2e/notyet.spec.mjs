// SDK calls that the server does not serve yet are refused quickly, never left to the SDK's 15 s time-out (decision 21).
import { expect, test } from './lib/fixtures.mjs'

/** Well below the SDK's own time-out of 15 s (error 2801). */
const QUICK_MS = 5000

const CALLS = {
  setGroupAttributes: room => ({ groupID: room, groupAttributes: { likes: '1' } }),
  getGroupAttributes: room => ({ groupID: room, keyList: ['likes'] }),
  setGroupCounters: room => ({ groupID: room, counters: { likes: 1 } }),
  markGroupMemberList: (room, user) => ({ groupID: room, userIDList: [user], markType: 1000, enableMark: true }),
}

test('calls that the server does not serve yet are refused quickly with a text', async ({ open, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner') })
  const viewer = await open({ user: name('viewer') })
  owner.tolerate(/./)
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  await viewer.join(room)

  for (const [method, args] of Object.entries(CALLS)) {
    await test.step(method, async () => {
      const outcome = await owner.call(method, args(room, viewer.user)).catch(error => error)
      expect(owner.lastCallMs, `${method} is answered`).toBeLessThan(QUICK_MS)
      // As soon as a later issue serves a call, it moves to a test of its own; until then no fake success.
      expect(outcome.code, `${method}: ${outcome.message}`).toBeGreaterThan(0)
      expect(outcome.code, `${method} is no time-out`).not.toBe(2801)
    })
  }
  // The login has survived all of it.
  await owner.sendText(room, 'still here')
  await viewer.waitForText(room, 'still here')
  expect(owner.seen('KICKED_OUT')).toEqual([])
})
