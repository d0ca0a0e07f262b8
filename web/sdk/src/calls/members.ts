// Who is in a room, and what moderators do with them.
import type { GroupMember, GroupRules, HeldMessage, Judged, Tally } from '../api.js'
import { TYPES } from '../constants/types.js'
import type { Core } from '../core.js'
import { roomId } from '../core.js'
import { CODE, IMError, unsupported } from '../errors.js'
import { fromPart } from '../message.js'
import { endOf, fromRules, toMember, toRules, type MemberRow } from '../shapes.js'
import { FOR_EVER_S, type Part, type Person } from '../wire.js'

export interface ListOptions {
  groupID: string
  count?: number
  offset?: number | string
  filter?: unknown
  role?: string
}

/** The newest first, 500 at once; `count` means nothing, as in the live rooms of the vendor. */
export async function list(core: Core, { groupID, offset = 0, filter, role }: ListOptions): Promise<{ memberList: GroupMember[]; offset: number }> {
  if (filter !== undefined) throw unsupported('a list of marked members')
  const before = Number(offset)
  const members = { room: roomId(groupID), ...(before > 0 && { before }) }
  const page = await core.ask<{ members: MemberRow[]; next: number }>('members', members)
  const memberList = page.members.map(toMember).filter(member => role === undefined || member.role === role)
  return { memberList, offset: page.next }
}

export interface Targets {
  groupID: string
  userIDList: string[]
  reason?: string
  /** Seconds; `Infinity`: for ever. */
  duration?: number
}

const wireSeconds = (seconds: number): number => (seconds === Infinity ? FOR_EVER_S : seconds)

function targets({ groupID, userIDList }: Targets): { room: string; users: string[] } {
  if (!Array.isArray(userIDList) || userIDList.length === 0) throw new IMError(CODE.BAD_PARAMETER, 'userIDList must name somebody')
  return { room: roomId(groupID), users: userIDList }
}

const group = (core: Core, groupID: string) => core.rooms.get(groupID)?.group

/** With a duration they are kept out for so long, without one they may come back. */
export async function putOut(core: Core, options: Targets) {
  const { duration = 0, reason } = options
  if (duration > 0) await core.ask('ban', { ...targets(options), seconds: wireSeconds(duration), reason })
  else await core.ask('remove', { ...targets(options), reason })
  return { group: group(core, options.groupID), userIDList: options.userIDList }
}

export async function unban(core: Core, options: Targets) {
  await core.ask('unban', targets(options))
  return { userIDList: options.userIDList }
}

export async function mute(core: Core, { groupID, userID, muteTime }: { groupID: string; userID: string; muteTime: number }) {
  if (typeof muteTime !== 'number' || muteTime < 0) throw new IMError(CODE.BAD_PARAMETER, 'muteTime must be a number of seconds')
  const seconds = wireSeconds(muteTime)
  await core.ask('mute', { room: roomId(groupID), users: [userID], seconds })
  return { group: group(core, groupID), member: { userID, muteUntil: endOf(seconds) } }
}

export async function setRole(core: Core, { groupID, userID, role }: { groupID: string; userID: string; role: string }) {
  if (role !== TYPES.GRP_MBR_ROLE_ADMIN && role !== TYPES.GRP_MBR_ROLE_MEMBER) {
    throw new IMError(CODE.BAD_PARAMETER, 'role must be Admin or Member')
  }
  await setAdmins(core, { groupID, userIDList: [userID], isAdmin: role === TYPES.GRP_MBR_ROLE_ADMIN })
  return { group: group(core, groupID), member: { userID, role } }
}

export async function setAdmins(core: Core, options: Targets & { isAdmin: boolean }) {
  await core.ask('admins', { ...targets(options), admin: options.isAdmin })
  return { userIDList: options.userIDList }
}

export async function sanctioned(core: Core, groupID: string, kind: 'mute' | 'ban') {
  const { users } = await core.ask<{ users: { user: string; seconds: number }[] }>('sanctioned', { room: roomId(groupID), kind })
  return { userList: users.map(({ user, seconds }) => ({ userID: user, until: endOf(seconds) })) }
}

export async function updateRules(core: Core, { groupID, ...rules }: GroupRules & { groupID: string }): Promise<GroupRules> {
  const answer = await core.ask<{ rules: Record<string, unknown> }>('rules', { room: roomId(groupID), change: toRules(rules) })
  return fromRules(answer.rules)
}

interface HeldRow {
  held: number
  from: Person
  parts: Part[]
  extra?: string
  until: number
}

export async function held(core: Core, groupID: string): Promise<HeldMessage[]> {
  const { messages } = await core.ask<{ messages: HeldRow[] }>('held', { room: roomId(groupID) })
  return messages.map(({ held, from: { user, nick, avatar }, parts, extra = '', until }) => ({
    held,
    from: { userID: user, nick, avatar },
    elements: parts.map(fromPart),
    cloudCustomData: extra,
    until: Math.floor(until / 1000),
  }))
}

export const judge = (core: Core, { groupID, held, verdict }: Judged): Promise<{ held: number[] }> =>
  core.ask('judge', { room: roomId(groupID), held, verdict })

export const tally = (core: Core, groupID: string): Promise<Tally> => core.ask('tally', { room: roomId(groupID) })

// --- likes ---------------------------------------------------------------------------------------------------------

/** Taps are summed and sent at most once per second; the answer is that to all that went together. */
export async function like(core: Core, groupID: string, taps = 1) {
  core.needLogin()
  const room = core.room(groupID, CODE.NOT_IN_ROOM)
  if (!Number.isSafeInteger(taps) || taps < 1) throw new IMError(CODE.BAD_PARAMETER, 'taps must be a number from 1')
  return room.taps.add(taps)
}

export async function likes(core: Core, groupID: string, { top = 0 }: { top?: number } = {}) {
  const answer = await core.ask<{ total: number; mine: number; top: { user: string; taps: number }[] }>('likes', { room: roomId(groupID), top })
  return { total: answer.total, mine: answer.mine, top: (answer.top ?? []).map(({ user, taps }) => ({ userID: user, taps })) }
}
