import { TYPES, type ConversationType, type MessagePriority } from './constants/types.js'
import type { IMError } from './errors.js'
import type { Part, Person, SaidEvent, WirePriority } from './wire.js'

/** What became of a message that was sent. The official SDKs do not tell. */
export interface MessageReceipt {
  /**
   * `admitted`: it is in the room. `held`: moderators look at it first. `dropped`: the room was too busy for its
   * priority, nobody got it. `rejected`: refused, see `cause`. `silenced`: the app's backend took it away.
   */
  state: 'admitted' | 'held' | 'dropped' | 'rejected' | 'silenced'
  sequence?: number
  cause?: string
  /** In how many seconds it may be tried again. */
  retryAfter?: number
}

export interface Element {
  type: string
  payload: any
}

const PRIORITIES: Record<WirePriority, MessagePriority> = { high: 'High', normal: 'Normal', low: 'Low', lowest: 'Lowest' }

/** What an application shows. The object that a caller made is the one that later says what became of it. */
export class Message {
  ID = ''
  type: string
  payload: any
  /** All parts, where a backend sent several; `type` and `payload` are the first. */
  elements: Element[]
  conversationID = ''
  conversationType: ConversationType = TYPES.CONV_GROUP
  to = ''
  from = ''
  flow: 'in' | 'out' = 'in'
  /** Seconds since 1970. */
  time = 0
  status: 'unSend' | 'success' | 'fail' = 'success'
  sequence = 0
  priority: MessagePriority = TYPES.MSG_PRIORITY_NORMAL
  nick = ''
  avatar = ''
  nameCard = ''
  cloudCustomData = ''
  atUserList: string[] = []
  isRevoked = false
  isDeleted = false
  isModified = false
  isPeerRead = false
  isBroadcastMessage = false
  isSupportExtension = false
  isSystemMessage = false
  hasRiskContent = false
  needReadReceipt = false
  readReceiptInfo = {}
  revoker = ''
  revokerInfo = { userID: '', nick: '', avatar: '' }
  revokeReason = ''
  random = 0
  clientTime = 0
  receipt?: MessageReceipt

  constructor(elements: Element[]) {
    this.elements = elements
    const first = elements[0] ?? { type: TYPES.MSG_TEXT, payload: { text: '' } }
    this.type = first.type
    this.payload = first.payload
  }

  /** It is in the room. */
  admitted(seq: number, at: number): void {
    this.status = 'success'
    this.sequence = seq
    this.time = Math.floor(at / 1000)
    this.receipt = { state: 'admitted', sequence: seq }
  }

  refused(error: IMError, state: 'dropped' | 'rejected' = 'rejected'): void {
    this.status = 'fail'
    this.receipt = { state, ...error.data }
  }

  revoked(by: Person | undefined, reason = ''): void {
    this.isRevoked = true
    if (by) {
      this.revoker = by.user
      this.revokerInfo = { userID: by.user, nick: by.nick, avatar: by.avatar }
    }
    this.revokeReason = reason
  }
}

export const messageId = (number: string, clientTime: number, random: number): string =>
  `${number}-${clientTime}-${random}`

/** A message to a room that the caller will send. */
export function draft(number: string, from: string, to: string, elements: Element[]): Message {
  const message = new Message(elements)
  message.random = Math.floor(Math.random() * 2 ** 32)
  message.clientTime = message.time = Math.floor(Date.now() / 1000)
  message.ID = messageId(number, message.clientTime, message.random)
  message.from = from
  message.to = to
  message.conversationID = TYPES.CONV_GROUP + to
  message.flow = 'out'
  message.status = 'unSend'
  return message
}

/** A message that was said in a room. */
export function said(room: string, me: string, event: SaidEvent & { seq: number; at: number }): Message {
  const message = new Message(event.parts.map(fromPart))
  const { from } = event
  message.ID = messageId(from.number, event.client_time, event.random)
  message.conversationID = TYPES.CONV_GROUP + room
  message.to = room
  message.from = from.user
  message.nick = from.nick
  message.avatar = from.avatar
  message.flow = from.user === me ? 'out' : 'in'
  message.priority = PRIORITIES[event.priority]
  message.cloudCustomData = event.extra ?? ''
  message.random = event.random
  message.clientTime = event.client_time
  message.isBroadcastMessage = event.type === 'broadcast'
  message.sequence = event.seq
  message.time = Math.floor(event.at / 1000)
  return message
}

export function fromPart(part: Part): Element {
  if ('text' in part) return { type: TYPES.MSG_TEXT, payload: { text: part.text } }
  if ('face' in part) return { type: TYPES.MSG_FACE, payload: part.face }
  if ('custom' in part) {
    return { type: TYPES.MSG_CUSTOM, payload: { data: '', description: '', extension: '', ...part.custom } }
  }
  return { type: part.other.type, payload: part.other.content }
}

export function toPart({ type, payload }: Element): Part {
  if (type === TYPES.MSG_TEXT) return { text: payload.text }
  if (type === TYPES.MSG_FACE) return { face: { index: payload.index, data: payload.data } }
  return { custom: { data: payload.data, description: payload.description, extension: payload.extension } }
}

export const toWirePriority = (priority: MessagePriority): WirePriority => priority.toLowerCase() as WirePriority
