import type { Message } from './message.js'
import type { SaidEvent } from './wire.js'

/** A guess: more than one speaks in the five minutes in which the server knows a repeat. */
const SENT_MAX = 200

interface Sending {
  message: Message
  heard(seq: number, at: number): void
}

const keyOf = (room: string, random: number, clientTime: number): string => `${room} ${random} ${clientTime}`

/** The messages of this instance, so that it knows them again when the room tells of them. */
export class Sent {
  private readonly byKey = new Map<string, Sending>()

  /** `heard` is called when the room tells of the message: then it was said, whatever became of the answer. */
  add(message: Message, heard: Sending['heard']): void {
    this.byKey.set(keyOf(message.to, message.random, message.clientTime), { message, heard })
    if (this.byKey.size > SENT_MAX) this.byKey.delete(this.byKey.keys().next().value as string)
  }

  own(room: string, event: SaidEvent & { seq: number; at: number }): Message | undefined {
    const sending = this.byKey.get(keyOf(room, event.random, event.client_time))
    if (!sending || sending.message.from !== event.from.user) return undefined
    const { message, heard } = sending
    message.nick = event.from.nick
    message.avatar = event.from.avatar
    message.admitted(event.seq, event.at)
    heard(event.seq, event.at)
    return message
  }

  clear(): void {
    this.byKey.clear()
  }
}
