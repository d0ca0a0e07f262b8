// The shapes that callers see: options, results, event data. Field names are the official SDKs'.
import type { EVENT } from './constants/event.js'
import type { GroupType, JoinStatus, KickedOutType, MemberRole, MessagePriority, NetState } from './constants/types.js'
import type { ConversationType } from './constants/types.js'
import type { Message } from './message.js'
import type { Timing } from './transport/timing.js'

export interface IMResponse<T> {
  code: 0
  data: T
}

export interface CreateOptions {
  SDKAppID: number
  /** Where the server is: `wss://live.example.com`, with a path if a proxy asks for one. Default: where the page came from. */
  proxyServer?: string
  /** The class to connect with where the runtime has none, for example `ws` on Node 20. */
  webSocket?: WebSocketClass
  /** The class of this terminal; it decides which other logins of the user end. Default: `Web`. */
  platform?: 'Web' | 'Android' | 'iOS' | 'Windows' | 'Mac' | 'iPad' | 'MiniProgram'
  /** May one be in several rooms at once? Default: joining a room leaves the one before, as in the official SDKs. */
  multipleRooms?: boolean
  /**
   * How guests read a room when a WebSocket cannot be opened: `auto` (default) tries Server-Sent Events and then slices;
   * `sse` and `slices` use that at once, without a WebSocket; `off` does neither.
   */
  guestFallback?: 'auto' | 'sse' | 'slices' | 'off'
  /** Ours: a name for an instance of its own. Without one there is one instance per app, as with the official SDKs. */
  instance?: string
  /** @internal For tests: other waiting times. */
  timing?: Partial<Timing>
  /** Options of the official SDKs that mean nothing here are accepted: `modules`, `scene`, `oversea`, ... */
  [other: string]: unknown
}

export type WebSocketClass = new (url: string, protocols?: string | string[]) => WebSocket

export interface Group {
  groupID: string
  name: string
  avatar: string
  type: GroupType
  introduction: string
  notification: string
  ownerID: string
  createTime: number
  infoSequence: number
  lastInfoTime: number
  nextMessageSeq: number
  memberCount: number
  maxMemberCount: number
  muteAllMembers: boolean
  joinOption: string
  groupCustomField: KeyValue[]
  isSupportTopic: boolean
  selfInfo: { userID: string; role: MemberRole; messageRemindType: string; joinTime: number; nameCard: string; muteUntil: number }
  lastMessage: { lastTime: number; lastSequence: number; fromAccount: string; messageForShow: string }
  /** Ours: who may moderate beside the owner. */
  adminIDList: string[]
}

export interface KeyValue {
  key: string
  value: string
}

export interface GroupMember {
  userID: string
  nick: string
  avatar: string
  role: MemberRole
  joinTime: number
  nameCard: string
  muteUntil: number
  memberCustomField: KeyValue[]
}

export interface Profile {
  userID: string
  nick: string
  avatar: string
  gender: string
  birthday: number
  location: string
  selfSignature: string
  allowType: string
  language: number
  messageSettings: number
  adminForbidType: string
  level: number
  role: number
  lastUpdatedTime: number
  profileCustomField: KeyValue[]
}

/** How things stand in a room: ours. */
export interface RoomState {
  groupID: string
  online: { members: number; guests: number }
  likes: { total: number; mine: number }
  /** Seconds that one must wait between two messages; 0: no slow mode. */
  slowMode: number
  muteAll: boolean
  /** Seconds that a message waits for moderators before it is said; 0: none. */
  holdBack: number
  guestsAllowed: boolean
  refuseLinks: boolean
  myself: {
    role: MemberRole | 'Guest'
    mayModerate: boolean
    maySpeak: boolean
    /** Until when I am muted, in seconds since 1970; 0: not, `Infinity`: for ever. */
    mutedUntil: number
  }
}

/** Numbers of a room that this client was not told. */
export interface Gap {
  groupID: string
  from: number
  /** Absent where the server cannot say where the hole ends. */
  to?: number
  /** `skipped`: the connection was too slow for it. `not_covered`: away for too long, or the server lost it. */
  reason: 'skipped' | 'not_covered'
}

export interface EventMap extends Record<EVENT, unknown> {
  sdkStateReady: undefined
  sdkStateNotReady: undefined
  onMessageReceived: Message[]
  onMessageRevoked: Message[]
  onGroupListUpdated: Group[]
  groupAttributesUpdated: { groupID: string; groupAttributes: Record<string, string> }
  onGroupCounterUpdated: { groupID: string; key: string; value: number }
  onProfileUpdated: Profile[]
  kickedOut: { type: KickedOutType }
  error: { code: number; message: string }
  /** Ours: while there is no connection, how many tries have failed in a row and in how many milliseconds the next one is made. */
  netStateChange: { state: NetState; attempt?: number; retryInMs?: number }
  onLikesUpdated: { groupID: string; total: number; add: number; mine?: number }
  onGapDetected: Gap
  onRoomStateUpdated: RoomState
}

interface Sendable {
  to: string
  conversationType: ConversationType
  priority?: MessagePriority
  cloudCustomData?: string
  [other: string]: unknown
}
export type TextOptions = Sendable & { payload: { text: string } }
export type TextAtOptions = Sendable & { payload: { text: string; atUserList: string[] } }
export type CustomOptions = Sendable & { payload: { data?: string; description?: string; extension?: string } }
export type FaceOptions = Sendable & { payload: { index: number; data: string } }

export interface SendOptions {
  /** Ours: called when a moderator is to look at the message before it is said. `sendMessage` waits for his word. */
  onHeld?(): void
  [other: string]: unknown
}

export interface JoinOptions {
  groupID: string
  type?: GroupType
  applyMessage?: string
  /** The key of a signed link, for guests who read without a WebSocket. */
  readingKey?: string
}

export interface JoinResult {
  status: JoinStatus
  group: Group
}

export interface GroupChange {
  name?: string
  avatar?: string
  introduction?: string
  notification?: string
  muteAllMembers?: boolean
  groupCustomField?: KeyValue[]
}

/** How a room is run; those that are to change. Times in seconds. */
export interface GroupRules {
  slowMode?: number
  holdBack?: number
  guests?: boolean
  refuseLinks?: boolean
  /** For how long nobody may say the same again. */
  repeat?: number
  /** Messages per second; `null`: as the server has it. */
  rate?: number | null
  /** What happens to a message with a word of the app's list. */
  words?: 'block' | 'mask' | 'off'
  /** Who may read over plain HTTP. */
  reading?: 'members' | 'link' | 'public'
}

export interface Judged {
  groupID: string
  /** Numbers of held messages. */
  held: number[]
  verdict: 'release' | 'remove'
}

export interface HeldMessage {
  held: number
  from: { userID: string; nick: string; avatar: string }
  elements: { type: string; payload: unknown }[]
  cloudCustomData: string
  /** When it is said if nobody objects, in seconds since 1970. */
  until: number
}

export interface Tally {
  offered: number
  admitted: number
  rejected: Record<string, number>
  dropped: Record<string, number>
  pending: number
}
