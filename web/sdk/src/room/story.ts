// What happened in a room, told in the official SDKs' words: tips, notices and updates.
import { TYPES } from '../constants/types.js'
import { Message } from '../message.js'
import type { Change, Out, Person, RoomEvent } from '../wire.js'

/** What one is told who was put out of a room. The web API's documents have 4; what their SDKs show in a live room is 21. */
const NOTICE_PUT_OUT = 21
const NOTICE_DISMISSED = 5
const NOTICE_LEFT_ELSEWHERE = 8
const NOTICE_OF_BACKEND = 255

const asUser = ({ user, nick, avatar }: Person) => ({ userID: user, nick, avatar })

interface Where {
  id: string
  name: string
}

const groupProfile = ({ id, name }: Where) => ({ groupID: id, name, groupName: name, type: TYPES.GRP_AVCHATROOM })

function tip(where: Where, event: { seq: number; at: number }, by: Person | undefined, payload: object): Message {
  const message = new Message([
    {
      type: TYPES.MSG_GRP_TIP,
      payload: {
        operatorID: by?.user ?? '',
        operatorInfo: by ? asUser(by) : undefined,
        groupJoinType: 0,
        userIDList: [],
        memberList: [],
        newGroupProfile: {},
        groupProfile: groupProfile(where),
        ...payload,
      },
    },
  ])
  return placed(message, where, event, `tip-${event.seq}`, by)
}

function placed(message: Message, where: Where, event: { seq: number; at: number }, id: string, by?: Person): Message {
  message.ID = `${where.id}-${id}`
  message.conversationID = TYPES.CONV_GROUP + where.id
  message.to = where.id
  message.from = by?.user ?? TYPES.CONV_SYSTEM
  message.nick = by?.nick ?? ''
  message.avatar = by?.avatar ?? ''
  message.sequence = event.seq
  message.time = Math.floor(event.at / 1000)
  return message
}

/** A notice stands in a conversation of its own, that of the system. */
function notice(where: Where, event: { seq: number; at: number }, operationType: number, by: string, more: object = {}): Message {
  const payload = { operationType, operatorID: by, groupProfile: groupProfile(where), handleMessage: '', ...more }
  const message = new Message([{ type: TYPES.MSG_GRP_SYS_NOTICE, payload }])
  placed(message, where, event, `notice-${event.seq}-${operationType}`)
  message.conversationID = message.conversationType = TYPES.CONV_SYSTEM
  message.isSystemMessage = true
  return message
}

const concerning = (people: Person[]) => ({ userIDList: people.map(({ user }) => user), memberList: people.map(asUser) })

/** The changed members of a profile, the name under both of its names: programs read `groupName`. */
function newGroupProfile({ name, custom, ...texts }: Change) {
  return {
    ...texts,
    ...(name !== undefined && { groupName: name, name }),
    ...(custom && { groupCustomField: Object.entries(custom).map(([key, value]) => ({ key, value })) }),
  }
}

/** The message that tells of an event, for those that are told by one. */
export function messageOf(where: Where, event: RoomEvent): Message | undefined {
  switch (event.type) {
    case 'joined':
    case 'left': {
      const operationType = event.type === 'joined' ? TYPES.GRP_TIP_MBR_JOIN : TYPES.GRP_TIP_MBR_QUIT
      return tip(where, event, event.people[0], { operationType, ...concerning(event.people), userCount: event.count })
    }
    case 'removed':
    case 'banned': {
      const { by, people, reason = '' } = event
      const operationType = event.type === 'banned' ? TYPES.GRP_TIP_BAN_AVCHATROOM_MEMBER : TYPES.GRP_TIP_MBR_KICKED_OUT
      const duration = event.type === 'banned' ? event.seconds : 0
      return tip(where, event, by, { operationType, ...concerning(people), reason, duration })
    }
    case 'profile':
      return tip(where, event, event.by, {
        operationType: TYPES.GRP_TIP_GRP_PROFILE_UPDATED,
        ...concerning([event.by]), // as the official SDKs have it
        newGroupProfile: newGroupProfile(event.change),
      })
    case 'notice':
      return notice(where, event, NOTICE_OF_BACKEND, event.by, { userDefinedField: event.text })
    case 'dismissed':
      return notice(where, event, NOTICE_DISMISSED, event.by)
    default:
      return undefined
  }
}

/** The notice to somebody who is not in a room any more. */
export function farewell(where: Where, seq: number, out: Out): Message {
  const now = { seq, at: Date.now() }
  switch (out.why) {
    case 'dismissed':
      return notice(where, now, NOTICE_DISMISSED, '')
    case 'left':
      return notice(where, now, NOTICE_LEFT_ELSEWHERE, '')
    default:
      return notice(where, now, NOTICE_PUT_OUT, '', { handleMessage: out.reason ?? '', duration: out.seconds ?? 0 })
  }
}
