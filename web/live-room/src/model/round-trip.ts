import type { RoomModel } from './room-model.js'

/** Milliseconds until the server has answered a question on the room's own connection. */
export async function roundTrip(room: RoomModel): Promise<number> {
  const asked = performance.now()
  await room.members(1) // who came before the first: nobody, so the answer is as small as one can be
  return performance.now() - asked
}
