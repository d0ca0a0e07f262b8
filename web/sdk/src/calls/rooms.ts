// Making, entering, leaving and changing rooms.
import type { Group, GroupChange, JoinOptions, JoinResult, RoomState } from '../api.js'
import { TYPES } from '../constants/types.js'
import type { Core } from '../core.js'
import { roomId } from '../core.js'
import { CODE, IMError } from '../errors.js'
import { toGroup, toRoomState, toUpdate, type RoomFacts } from '../shapes.js'
import type { Profile, State, You } from '../wire.js'

export interface CreateGroupOptions extends GroupChange {
  name: string
  type?: string
  groupID?: string
  [other: string]: unknown
}

function liveRoomOnly(type: string | undefined): void {
  if (type === undefined || type === TYPES.GRP_AVCHATROOM) return
  throw new IMError(CODE.BAD_PARAMETER, `groups of type ${type} are not here: the type of a live room is AVChatRoom`)
}

export async function create(core: Core, options: CreateGroupOptions): Promise<Group> {
  core.needLogin()
  liveRoomOnly(options.type)
  const { groupID, memberList, ...change } = options
  // Without an id of ours each repeat would make another room.
  const members = { ...(groupID !== undefined && { room: roomId(groupID) }), ...toUpdate(change) }
  const { room } = await core.ask<{ room: string }>('create', members, { again: groupID !== undefined })
  return (await look(core, room)).group
}

export async function join(core: Core, { groupID, type, readingKey }: JoinOptions): Promise<JoinResult> {
  const id = roomId(groupID)
  if (core.session.user || core.session.isEntering) {
    core.needLogin()
    liveRoomOnly(type)
    return core.rooms.join(id)
  }
  if (type !== undefined && type !== TYPES.GRP_AVCHATROOM) {
    throw new IMError(CODE.GUESTS_ONLY_IN_LIVE_ROOMS, 'log in first: guests may only join live rooms')
  }
  return core.joinAsGuest(id, readingKey)
}

export async function quit(core: Core, groupID: string): Promise<{ groupID: string }> {
  core.room(groupID)
  await core.leave(groupID)
  return { groupID }
}

export async function dismiss(core: Core, groupID: string): Promise<{ groupID: string }> {
  await core.ask('dismiss', { room: roomId(groupID) })
  return { groupID }
}

/** A room from outside: asked for, as the members know it without asking. */
async function ask(core: Core, id: string): Promise<RoomFacts> {
  if (!core.session.user) core.session.beGuest()
  const answer = await core.requests.ask<{ profile: Profile; state?: State; you?: You; seq?: number }>('room', { room: id })
  return { profile: answer.profile, state: answer.state ?? {}, you: answer.you, seq: answer.seq ?? 0, joinedAt: 0 }
}

export async function look(core: Core, groupID: string): Promise<{ group: Group }> {
  const id = roomId(groupID)
  const here = core.rooms.get(id)
  return { group: here ? here.group : toGroup(core.session.user, await ask(core, id)) }
}

export async function update(core: Core, { groupID, ...change }: GroupChange & { groupID: string }): Promise<Group> {
  const wire = toUpdate(change)
  await core.ask('update', { room: roomId(groupID), ...wire })
  const here = core.rooms.get(groupID)
  if (!here) return (await look(core, groupID)).group
  here.change(wire)
  return here.group
}

export async function state(core: Core, groupID: string): Promise<RoomState> {
  const here = core.rooms.get(roomId(groupID))
  return here ? here.stands : toRoomState(await ask(core, groupID))
}

export async function onlineCount(core: Core, groupID: string): Promise<{ memberCount: number }> {
  const { online } = await state(core, groupID)
  return { memberCount: online.members + online.guests }
}
