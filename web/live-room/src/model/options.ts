// What a room model is given, and what it tells.
import type { ChatSDK } from '@plaudit/chat'
import type { HouseLine, Person, RoomMessage, RoomView } from './types.js'

export interface RoomOptions {
  /** The app's number (SDKAppID). */
  appId: number
  roomId: string
  /** Where Plaudit is: `wss://live.example.com`. Default: where the page came from. */
  server?: string
  /** A chat instance of the page's own, made with `multipleRooms: true`. Default: one that lives and ends with this model. */
  client?: ChatSDK
  /** The key of a signed link, for guests of a room whose rule `reading` is `link`. */
  readingKey?: string
}

export interface User {
  userId: string
  userSig: string
  /** Set as the user's profile before he enters, so that his coming shows them. */
  nick?: string
  avatar?: string
}

export interface RoomEvents {
  /** `view` was replaced. */
  view: RoomView
  /** What was said, given or told, in the order of the room; never empty. Mine are among them, once, when they are made. */
  messages: RoomMessage[]
  /** Their delivery has changed, or they were removed. */
  changed: RoomMessage[]
  line: HouseLine
  came: Person[]
  went: Person[]
  /** `others`: taps of other people since the last time. */
  likes: { total: number; others: number }
  /** The user's signature is too old: call `login` with a new one. */
  'token-expired': { userId: string }
}
