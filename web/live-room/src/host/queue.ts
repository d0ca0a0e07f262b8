// The queue of messages that wait, as a moderator sees it between two looks at the server.
import type { HeldMessage } from '../model/types.js'

export interface Waiting extends HeldMessage {
  /** Somebody has decided, or its time is over. */
  gone: boolean
}

/**
 * What waits now. While somebody is about to choose (`still`), rows do not go: the next one would slip under his finger.
 */
export function queue(before: readonly Waiting[], now: readonly HeldMessage[], still: boolean): Waiting[] {
  const waits = new Set(now.map(({ held }) => held))
  const known = new Set(before.map(({ held }) => held))
  const stay = still ? before : before.filter(({ held }) => waits.has(held))
  return [...stay.map(message => ({ ...message, gone: !waits.has(message.held) })), ...now.filter(({ held }) => !known.has(held)).map(message => ({ ...message, gone: false }))]
}
