import type { Message } from '../message.js'

/** A guess: more than any page shows, and little memory. */
const MESSAGES_MAX = 500

/** The newest messages of a room, so that one which is taken back is the object that the page already has. */
export class Memory {
  private readonly bySeq = new Map<number, Message>()

  keep(message: Message): void {
    this.bySeq.set(message.sequence, message)
    if (this.bySeq.size > MESSAGES_MAX) this.bySeq.delete(this.bySeq.keys().next().value as number)
  }

  clear(): void {
    this.bySeq.clear()
  }

  at(seq: number): Message | undefined {
    return this.bySeq.get(seq)
  }

  find(where: (message: Message) => boolean): Message | undefined {
    return this.all().find(where)
  }

  all(): Message[] {
    return [...this.bySeq.values()]
  }
}
