// What the messages of a room are to this API.
import type { Message } from '@plaudit/chat'
import { EVENT, PUSH_STOPPED } from './constants.js'

const JOIN = 1
const QUIT = 2

/** By type of message, and by kind of tip. Others choose both: no objects, which know names that nobody put in. */
const KINDS = new Map<unknown, string>([
  ['TIMTextElem', EVENT.IM_TEXT_MESSAGE_RECEIVED],
  ['TIMCustomElem', EVENT.IM_CUSTOM_MESSAGE_RECEIVED],
  ['TIMImageElem', EVENT.IM_IMAGE_MESSAGE_RECEIVED],
  [JOIN, EVENT.IM_REMOTE_USER_JOIN],
  [QUIT, EVENT.IM_REMOTE_USER_LEAVE],
])

/** The event of a message; none for what tweblive keeps to itself (faces, notices, other tips). */
function eventOf({ type, payload }: Message): string | undefined {
  if (type === 'TIMCustomElem' && payload?.data === PUSH_STOPPED) return EVENT.IM_PUSH_STOPPED
  return KINDS.get(type === 'TIMGroupTipElem' ? payload?.operationType : type)
}

/**
 * The events of a batch, in the order of its messages: neighbours of one kind go together. A broadcast's end is told by its
 * text alone, one by one.
 */
export function eventsOf(messages: readonly Message[]): { name: string; data: Message[] | string }[] {
  const events: { name: string; data: Message[] | string }[] = []
  for (const message of messages) {
    const name = eventOf(message)
    const last = events[events.length - 1]
    if (name === EVENT.IM_PUSH_STOPPED) events.push({ name, data: message.payload.description ?? '' })
    else if (name && last?.name === name) (last.data as Message[]).push(message)
    else if (name) events.push({ name, data: [message] })
  }
  return events
}
