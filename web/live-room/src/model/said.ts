import type { Message } from '@plaudit/chat'
import type { RoomMessage } from './types.js'

/** As many as a list may ever show. */
const KEPT_MAX = 1000

/** Of all rooms: a key is unique on the page. */
let keys = 0

/** The messages of a room that can still change: by their number there, and those of mine that have none yet. */
export class Said {
  private readonly bySdk = new Map<Message, RoomMessage>()
  private readonly bySequence = new Map<number, RoomMessage>()
  private readonly sdks = new WeakMap<RoomMessage, Message>()

  nextKey(): string {
    return `m${++keys}`
  }

  keep(message: RoomMessage, sdk: Message): void {
    this.bySdk.delete(sdk) // the newest stands last
    this.bySdk.set(sdk, message)
    this.sdks.set(message, sdk)
    if (sdk.sequence > 0) this.bySequence.set(sdk.sequence, message)
    for (const [old, its] of this.bySdk) {
      if (this.bySdk.size <= KEPT_MAX) break
      this.bySdk.delete(old)
      if (this.bySequence.get(old.sequence) === its) this.bySequence.delete(old.sequence)
    }
  }

  sdkOf(message: RoomMessage): Message | undefined {
    return this.sdks.get(message)
  }

  find(sdk: Message): RoomMessage | undefined {
    return this.bySdk.get(sdk) ?? this.bySequence.get(sdk.sequence)
  }

  all(): RoomMessage[] {
    return [...this.bySdk.values()]
  }
}
