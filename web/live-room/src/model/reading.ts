// Messages and members of the SDK as the elements show them.
import { TencentCloudChat, type GroupMember, type Message } from '@plaudit/chat'
import { readCustom, readTags, type Custom } from './custom.js'
import { ROLES } from './standing.js'
import type { Member, Person, Role, RoomMessage, RoomView } from './types.js'

const { TYPES } = TencentCloudChat

/** How a message has come to us. */
export interface Coming {
  key: string
  /** Mine, just made: nobody has it yet. */
  isNew: boolean
  earlier: boolean
  stale: boolean
  now: number
}

export function readMessage(sdk: Message, view: Pick<RoomView, 'me' | 'ownerId' | 'adminIds'>, { key, isNew, earlier, stale, now }: Coming): RoomMessage {
  const { me } = view
  const custom = customOf(sdk)
  const gift = custom?.type === 'gift' ? custom.gift : undefined
  const text = gift ? '' : textOf(sdk)
  const mine = isNew || (me.userId !== '' && sdk.from === me.userId)
  return {
    key,
    kind: gift ? 'gift' : 'text',
    from: isNew ? me : personIn(view, sdk.from, sdk.nick, sdk.avatar),
    text,
    ...(gift && { gift }),
    priority: sdk.priority,
    mine,
    mentionsMe: !mine && me.loggedIn && mentions(text, me),
    tags: readTags(sdk.cloudCustomData),
    earlier,
    stale,
    at: isNew ? now : sdk.time * 1000,
    sequence: sdk.sequence,
    delivery: isNew ? 'pending' : 'said',
  }
}

/** What a custom message means; `undefined` for messages of other kinds. */
export const customOf = ({ type, payload }: Message): Custom | undefined => (type === TYPES.MSG_CUSTOM ? readCustom(String(payload.data ?? '')) : undefined)

/** Somebody with the role that he has in a room. */
export function personIn({ ownerId, adminIds }: Pick<RoomView, 'ownerId' | 'adminIds'>, userId: string, nick: string, avatar: string): Person {
  const role: Role = userId !== '' && userId === ownerId ? 'owner' : adminIds.includes(userId) ? 'admin' : 'member'
  return { userId, nick: nick || userId, avatar: avatar ?? '', role }
}

export const memberOf = ({ userID, nick, avatar, role, joinTime, muteUntil }: GroupMember): Member => ({
  userId: userID,
  nick: nick || userID,
  avatar,
  role: ROLES[role] ?? 'member',
  joinedAt: joinTime * 1000,
  mutedUntil: muteUntil * 1000,
})

/** What is shown of a message that is no gift. Pictures and files of other programs are named, not loaded. */
function textOf({ type, payload, elements }: Message): string {
  if (elements.length > 1) return elements.map(element => textOfOne(element)).join('')
  return textOfOne({ type, payload })
}

function textOfOne({ type, payload }: { type: string; payload: any }): string {
  if (type === TYPES.MSG_TEXT) return String(payload.text ?? '')
  if (type === TYPES.MSG_FACE) return String(payload.data ?? '')
  return `[${type.replace(/^TIM|Elem$/g, '')}]`
}

/** `@nick` or `@userId`, with nothing of a longer name behind it. */
export function mentions(text: string, { nick, userId }: Pick<Person, 'nick' | 'userId'>): boolean {
  if (!text.includes('@')) return false
  const said = text.toLowerCase()
  return [nick, userId].some(name => {
    if (name === '') return false
    const at = said.indexOf(`@${name.toLowerCase()}`)
    if (at < 0) return false
    const next = said[at + name.length + 1]
    return next === undefined || !/[\p{Letter}\p{Number}_-]/u.test(next) || /[^\x00-\x7f]/.test(next)
  })
}
