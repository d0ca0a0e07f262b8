// Frames of the native protocol, as docs/protocol.md has them. Nothing here knows of the vendor's API.

export type Epoch = string

/** A place in what happened in a room. */
export interface Place {
  epoch: Epoch
  seq: number
}

export interface Person {
  user: string
  /** Digits: longer than a number of JavaScript holds. */
  number: string
  nick: string
  avatar: string
}

export interface CustomPart {
  data?: string
  description?: string
  extension?: string
}

export type Part =
  | { text: string }
  | { custom: CustomPart }
  | { face: { index: number; data: string } }
  | { other: { type: string; content: unknown } }

export type WirePriority = 'high' | 'normal' | 'low' | 'lowest'

/** Who put how many out, or kept them out. */
interface Sentence {
  by: Person
  people: Person[]
  reason?: string
}

/** A message that was taken back. */
export interface Gone {
  seq: number
  number: string
  random: number
  client_time: number
}

export interface SaidEvent {
  type: 'message' | 'broadcast'
  from: Person
  random: number
  client_time: number
  priority: WirePriority
  parts: Part[]
  extra?: string
}

export type Change = Partial<Pick<Profile, 'name' | 'introduction' | 'notification' | 'avatar' | 'custom'>>

export type RoomEvent = { seq: number; at: number } & (
  | SaidEvent
  | { type: 'joined' | 'left'; people: Person[]; count: number }
  | ({ type: 'removed' } & Sentence)
  | ({ type: 'banned'; seconds: number } & Sentence)
  | { type: 'deleted'; by: Person; messages: Gone[]; reason?: string }
  | { type: 'profile'; by: Person; change: Change }
  | { type: 'attributes'; by: string; version: number; set: Record<string, string>; gone: string[] }
  | { type: 'counters'; version: number; set: Record<string, number>; gone: string[] }
  | { type: 'notice'; by: string; text: string }
  | { type: 'dismissed'; by: string }
)

export interface Profile {
  id: string
  name: string
  introduction: string
  notification: string
  avatar: string
  owner?: string
  admins: string[]
  created_s: number
  custom: Record<string, string>
  mute_all: boolean
}

export interface Rules {
  slow_mode_s: number
  mute_all: boolean
  hold_back_s: number
  guests: boolean
  refuse_links: boolean
  repeat_s: number
  rate_per_s: number
}

export interface You {
  role: 'owner' | 'admin' | 'member' | 'guest'
  may_moderate: boolean
  may_speak: boolean
  muted_s: number
  likes: number
}

export interface State {
  online?: { members: number; guests: number; age_ms: number }
  likes?: { total: number; add?: number }
  rules?: Partial<Rules>
}

export interface Values<T> {
  version: number
  values: Record<string, T>
}

export type JoinAnswer = Place & {
  room: string
  already?: boolean
  resumed: boolean
  /** There is more than fits into one answer: join again from here. */
  more?: boolean
  you?: You
  state?: State
  // with `resumed`
  after?: number
  events?: RoomEvent[]
  // without
  gap?: Place
  profile?: Profile
  attributes?: Values<string>
  counters?: Values<number>
  recent?: RoomEvent[]
}

export interface Batch extends Place {
  room: string
  after: number
  events: RoomEvent[]
}

export interface Skipped {
  room: string
  epoch: Epoch
  skipped: { from: number; to: number }
}

export interface Out {
  why: 'removed' | 'banned' | 'left' | 'no_guests' | 'dismissed' // the last one is ours: the room is gone
  seconds?: number
  reason?: string
}

export type Stands = { room: string } & ({ state: State } | { you: You } | { out: Out })

export interface WireError {
  code: number
  cause?: string
  text?: string
  retry_after_ms?: number
}

export interface Answer {
  id: number
  ok?: Record<string, unknown>
  error?: WireError
}

export interface SessionEnded {
  session: { ended: 'other_login' | 'kicked' | string }
}

export interface Welcome {
  user?: string
  number?: string
  token?: string
  rooms?: string[]
  time_ms: number
  ping_ms: number
  taps_max: number
}

export type Receipt =
  | { receipt: 'admitted'; epoch: Epoch; seq: number; at: number; repeat?: boolean }
  | { receipt: 'dropped'; cause: string; repeat?: boolean }
  | { receipt: 'held'; until: number }
  | { receipt: 'silenced' }

export type Frame = Answer | Batch | Skipped | Stands | SessionEnded

/** "For ever", where the protocol counts seconds. */
export const FOR_EVER_S = 4294967295
