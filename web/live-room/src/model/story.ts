// What tips and notices of the server tell, and what becomes another line of the house.
import { TencentCloudChat, type Message } from '@plaudit/chat'
import type { HouseLine, Outcome, Person, RoomView } from './types.js'

const { TYPES } = TencentCloudChat

/** Operation types of the vendor's system notices. */
const NOTICE = { DISMISSED: 5, LEFT_ELSEWHERE: 8, PUT_OUT: 21, OF_BACKEND: 255 } as const

export type Tip =
  | { tells: 'came' | 'went'; people: Person[] }
  | { tells: 'line'; line: HouseLine }
  /** The room is called otherwise, or looks otherwise. */
  | { tells: 'profile'; change: Partial<RoomView> }

/** Reads a tip; nothing for those that are no matter of ours. */
export function tipOf({ from, nick, avatar, payload }: Message, personOf: (userId: string, nick: string, avatar: string) => Person): Tip | undefined {
  const members = (payload.memberList ?? []) as { userID: string; nick: string; avatar: string }[]
  const people = members.map(({ userID, nick, avatar }) => personOf(userID, nick, avatar))
  const { reason = '', duration = 0 } = payload
  const putOut = (banned: boolean): Tip => ({
    tells: 'line',
    line: { kind: 'put-out', people, by: personOf(from, nick, avatar), reason, seconds: banned ? duration : 0, banned },
  })
  switch (payload.operationType) {
    case TYPES.GRP_TIP_MBR_JOIN:
      return { tells: 'came', people }
    case TYPES.GRP_TIP_MBR_QUIT:
      return { tells: 'went', people }
    case TYPES.GRP_TIP_MBR_KICKED_OUT:
      return putOut(false)
    case TYPES.GRP_TIP_BAN_AVCHATROOM_MEMBER:
      return putOut(true)
    case TYPES.GRP_TIP_GRP_PROFILE_UPDATED: {
      const { name, notification, avatar, introduction } = payload.newGroupProfile ?? {}
      const change = {
        ...(name !== undefined && { name }),
        ...(notification !== undefined && { notice: notification }),
        ...(avatar !== undefined && { avatar }),
        ...(introduction !== undefined && { introduction }),
      }
      return { tells: 'profile', change }
    }
    default:
      return undefined
  }
}

/** Reads a notice: a line of the backend, or that we are not in the room any more. */
export function noticeOf({ payload }: Message, now: number): HouseLine | Outcome | undefined {
  switch (payload.operationType) {
    case NOTICE.OF_BACKEND:
      return { kind: 'notice', text: String(payload.userDefinedField ?? '') }
    case NOTICE.DISMISSED:
      return { why: 'dismissed' }
    case NOTICE.LEFT_ELSEWHERE:
      return { why: 'left-elsewhere' }
    case NOTICE.PUT_OUT: {
      const { handleMessage: reason = '', duration = 0 } = payload
      const until = duration === Infinity || duration >= 0xffffffff ? Infinity : now + duration * 1000
      return duration > 0 ? { why: 'banned', reason, until } : { why: 'removed', reason }
    }
    default:
      return undefined
  }
}

type Standing = Pick<RoomView, 'me' | 'rules'>

/** Which lines another state of the room is worth. */
export function linesBetween(before: Standing, after: Standing, now: number): HouseLine[] {
  const lines: HouseLine[] = []
  if (after.rules.muteAll !== before.rules.muteAll) lines.push({ kind: 'mute-all', on: after.rules.muteAll })
  if (after.rules.slowMode !== before.rules.slowMode) lines.push({ kind: 'slow-mode', seconds: after.rules.slowMode })
  const [wasMuted, isMuted] = [before.me.mutedUntil > now, after.me.mutedUntil > now]
  if (isMuted && !wasMuted) lines.push({ kind: 'you-muted', until: after.me.mutedUntil })
  if (wasMuted && !isMuted && after.me.mutedUntil === 0) lines.push({ kind: 'you-unmuted' })
  return lines
}
