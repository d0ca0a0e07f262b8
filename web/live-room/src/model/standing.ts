// How a room and its connection stand, from what the SDK says of them.
import { TencentCloudChat, type Group, type RoomState } from '@plaudit/chat'
import type { Link, Me, Role, RoomView } from './types.js'

const { TYPES } = TencentCloudChat

export const ROLES: Record<string, Role> = { Owner: 'owner', Admin: 'admin', Member: 'member', Guest: 'guest' }

/** A guest, before the room has said what he may. */
export const nobody = (): Me => ({
  userId: '',
  nick: '',
  avatar: '',
  role: 'guest',
  loggedIn: false,
  mayModerate: false,
  maySpeak: false,
  mutedUntil: 0,
})

export const emptyView = (roomId: string, now: number): RoomView => ({
  roomId,
  phase: 'idle',
  link: { state: 'connecting', since: now },
  name: '',
  avatar: '',
  introduction: '',
  notice: '',
  ownerId: '',
  adminIds: [],
  createdAt: 0,
  live: 'unknown',
  liveSince: 0,
  online: { members: 0, guests: 0 },
  likes: 0,
  me: nobody(),
  rules: { slowMode: 0, muteAll: false, holdBack: 0, guests: true, refuseLinks: false },
})

export function profileOf({ name, avatar, introduction, notification, ownerID, adminIDList, createTime }: Group) {
  return { name, avatar, introduction, notice: notification, ownerId: ownerID, adminIds: adminIDList, createdAt: createTime * 1000 }
}

export function standing(me: Me, state: RoomState): Pick<RoomView, 'me' | 'online' | 'rules'> {
  const { online, slowMode, muteAll, holdBack, guestsAllowed, refuseLinks, myself } = state
  return {
    online,
    me: {
      ...me,
      role: ROLES[myself.role] ?? 'guest',
      mayModerate: myself.mayModerate,
      maySpeak: myself.maySpeak,
      mutedUntil: myself.mutedUntil * 1000,
    },
    rules: { slowMode, muteAll, holdBack, guests: guestsAllowed, refuseLinks },
  }
}

/** What the SDK says of its connection. */
export interface NetChange {
  state: string
  attempt?: number
  retryInMs?: number
}

/** The connection after a change; the same object where there is nothing to tell. `isWanted`: somebody is in the room or on his way. */
export function linkAfter(before: Link, change: NetChange, { now, isWanted, isOnline }: { now: number; isWanted: boolean; isOnline: boolean }): Link {
  const { state, attempt = 0, retryInMs = 0 } = change
  if (state === TYPES.NET_STATE_CONNECTED) {
    return { state: 'connected', since: now, restored: before.state !== 'connecting' && before.state !== 'connected' }
  }
  // A break is as old as its beginning, however many tries it takes.
  const since = before.state === 'connected' || before.state === 'connecting' ? now : before.since
  if (state === TYPES.NET_STATE_CONNECTING) {
    if (before.state === 'connecting') return before
    return before.state === 'reconnecting' ? { ...before, retryAt: 0 } : { state: 'reconnecting', since, attempt: 0, retryAt: 0 }
  }
  if (!isWanted) return before
  return isOnline ? { state: 'reconnecting', since, attempt, retryAt: now + retryInMs } : { state: 'offline', since }
}
