// Making, sending and taking back messages.
import type { CustomOptions, FaceOptions, SendOptions, TextAtOptions, TextOptions } from '../api.js'
import { TYPES } from '../constants/types.js'
import type { Core } from '../core.js'
import { roomId } from '../core.js'
import { CODE, fromWire, IMError, seconds, unsupported } from '../errors.js'
import { draft, Message, toPart, toWirePriority, type Element } from '../message.js'
import type { Receipt } from '../wire.js'

const isText = (value: unknown): value is string => typeof value === 'string'
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value)

function bad(what: string): never {
  throw new IMError(CODE.BAD_PARAMETER, what)
}

function make(core: Core, options: TextOptions | CustomOptions | FaceOptions, element: Element): Message {
  const { to, conversationType, priority = TYPES.MSG_PRIORITY_NORMAL, cloudCustomData = '' } = options
  if (!isText(to) || to === '') bad('to must be the id of a room')
  if (!isText(cloudCustomData)) bad('cloudCustomData must be a text')
  const message = draft(core.session.number, core.session.user, to, [element])
  message.conversationType = conversationType
  message.priority = priority
  message.cloudCustomData = cloudCustomData
  return message
}

export function createText(core: Core, options: TextOptions): Message {
  const { text } = options?.payload ?? {}
  if (!isText(text)) bad('payload.text must be a text')
  return make(core, options, { type: TYPES.MSG_TEXT, payload: { text } })
}

/** The list of those who are meant stays on this side: the protocol has no place for it. */
export function createTextAt(core: Core, options: TextAtOptions): Message {
  const message = createText(core, options)
  message.atUserList = options.payload.atUserList ?? []
  return message
}

export function createCustom(core: Core, options: CustomOptions): Message {
  const { data = '', description = '', extension = '' } = options?.payload ?? bad('payload is missing')
  if (![data, description, extension].every(isText)) bad('data, description and extension must be texts')
  return make(core, options, { type: TYPES.MSG_CUSTOM, payload: { data, description, extension } })
}

export function createFace(core: Core, options: FaceOptions): Message {
  const { index, data } = options?.payload ?? {}
  if (typeof index !== 'number' || !isTextOrAbsent(data)) bad('index must be a number, data a text')
  return make(core, options, { type: TYPES.MSG_FACE, payload: { index, data: data ?? '' } })
}

/**
 * Says it. Resolves when it is in the room, also if the server only heard of it on a later connection. A message that the
 * room had no place for is rejected with 10023: nobody has got it, and the sender should know.
 */
export async function send(core: Core, message: Message, options: SendOptions = {}): Promise<Message> {
  if (!(message instanceof Message)) throw new IMError(CODE.NO_MESSAGE, 'a message of a create...Message call is wanted')
  try {
    await sendUnlessRefused(core, message, options)
    return message
  } catch (thrown) {
    const error = thrown as IMError
    if (message.receipt?.state !== 'dropped') message.refused(error)
    throw error
  }
}

async function sendUnlessRefused(core: Core, message: Message, { onHeld }: SendOptions): Promise<void> {
  core.needLogin()
  if (message.conversationType === TYPES.CONV_C2C) throw unsupported('a message to a user')
  if (message.conversationType !== TYPES.CONV_GROUP) throw new IMError(CODE.BAD_CONVERSATION_TYPE, 'conversationType must be GROUP')
  core.room(message.to, CODE.NOT_IN_ROOM)

  message.status = 'unSend'
  const heard = new Promise<Receipt>(resolve => {
    core.sent.add(message, (seq, at) => resolve({ receipt: 'admitted', epoch: '', seq, at }))
  })
  const answered = core.requests.ask<Receipt>('send', wireOf(message), {
    heard: ok => {
      if (ok.receipt === 'held') {
        message.receipt = { state: 'held' }
        onHeld?.()
      }
      // A moderator decides, and a second answer tells. After a lost connection there is none, and a repeat is only told that
      // the first answer was not "admitted": then the room tells.
      return ok.receipt === 'held' || (ok.repeat === true && ok.receipt === 'dropped' && message.receipt?.state === 'held')
    },
  })
  const receipt = await Promise.race([answered, heard])
  switch (receipt.receipt) {
    case 'admitted':
      return message.admitted(receipt.seq, receipt.at)
    case 'silenced':
      message.status = 'success'
      message.receipt = { state: 'silenced' }
      return
    default: {
      const cause = 'cause' in receipt ? receipt.cause : receipt.receipt
      const error = new IMError(CODE.TOO_FAST, `dropped: the room is too busy (${cause})`, { cause, retryAfter: seconds(1000) })
      message.refused(error, 'dropped')
      throw error
    }
  }
}

const wireOf = (message: Message) => ({
  room: message.to,
  random: message.random,
  client_time: message.clientTime,
  priority: toWirePriority(message.priority),
  parts: message.elements.map(toPart),
  ...(message.cloudCustomData && { extra: message.cloudCustomData }),
})

/**
 * Sends a message again that failed. Where the server has refused it, it needs a new name: under the old one it would get
 * the old answer. Where its fate is not known it keeps the name, so that it cannot be said twice.
 */
export function resend(core: Core, message: Message, options?: SendOptions): Promise<Message> {
  if (message instanceof Message && message.receipt && message.receipt.cause !== undefined) {
    const { random, clientTime, ID } = draft(core.session.number, core.session.user, message.to, message.elements)
    Object.assign(message, { random, clientTime, ID, receipt: undefined })
  }
  return send(core, message, options)
}

interface Gone {
  gone: number[]
  refused: { seq: number; code: number; cause: string; text: string }[]
}

/** Takes one's own message back, or as a moderator anybody's. */
export async function revoke(core: Core, message: Message): Promise<Message> {
  if (!(message instanceof Message)) throw new IMError(CODE.NO_MESSAGE, 'a message is wanted')
  const { refused } = await core.ask<Gone>('recall', { room: message.to, seqs: [message.sequence] })
  if (refused[0]) throw fromWire(refused[0])
  message.revoked({ user: core.session.user, number: core.session.number, nick: message.nick, avatar: message.avatar })
  return message
}

export function find(core: Core, id: string): Message | null {
  for (const room of core.rooms.all()) {
    const message = room.find(({ ID }) => ID === id)
    if (message) return message
  }
  return null
}

/** What this page has seen of a room. The server keeps no history for members. */
export function list(core: Core, conversationID: string): { messageList: Message[]; nextReqMessageID: string; isCompleted: boolean } {
  const room = core.rooms.get(`${conversationID ?? ''}`.replace(/^GROUP/, ''))
  return { messageList: room?.messages ?? [], nextReqMessageID: '', isCompleted: true }
}

/** Takes messages of others back, as a moderator; answers the numbers that are gone. */
export async function remove(core: Core, groupID: string, sequences: number[], reason?: string): Promise<Gone> {
  return core.ask<Gone>('delete', { room: roomId(groupID), seqs: sequences, reason })
}
