// Who may do what to whom, and for how long. The server decides; this only keeps away what it would refuse.
import type { Me, Person, RoomMessage } from '../model/types.js'

/** For how long one is muted or banned, in seconds. */
export const SPANS = [60, 600, 3600, 86_400, Infinity] as const

/** Admins cannot act on the owner or on other admins, nobody on himself. */
export function canActOn(me: Me, { userId, role }: Person): boolean {
  if (!me.mayModerate || userId === '' || userId === me.userId || role === 'owner') return false
  return me.role === 'owner' || role !== 'admin'
}

/** Only the owner makes admins, and takes it back. */
export const canName = (me: Me, person: Person): boolean => me.role === 'owner' && canActOn(me, person) && person.role !== 'guest'

/** The server lets moderators delete anything that the room has, their own too. */
export const canDelete = (me: Me, message: RoomMessage | undefined): message is RoomMessage =>
  me.mayModerate && message !== undefined && message.sequence > 0 && !message.removed

/** Whole seconds until then, never negative; `Infinity` stays. */
export const secondsLeft = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1000))
