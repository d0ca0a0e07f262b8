// What the elements show: a room as one person sees it. Times are milliseconds since 1970 by the clock of this machine.
import type { Tally } from '@plaudit/chat'

/** A person as others see him. Everything in it was written by somebody: it is only ever shown as text. */
export interface Person {
  userId: string
  /** Never empty: the userId where there is no nick. */
  nick: string
  /** As it was given; `safeImage` decides whether it may be loaded. */
  avatar: string
  role: Role
}

export type Role = 'owner' | 'admin' | 'member' | 'guest'

/** A gift as it was sent. Prices and pictures are the page's (`GiftKind`), not the sender's. */
export interface Gift {
  id: string
  /** How many at once, from 1 to 9999. */
  count: number
}

/** A gift that can be sent: the page's catalogue. */
export interface GiftKind {
  id: string
  /** What it is called, by language; `en` is the one to fall back to. */
  name: string | Record<string, string>
  /** An emoji, or the address of a picture. */
  icon: string
  /** In the page's own unit. It orders the banners and is shown in the panel. */
  price: number
}

export type Delivery =
  /** Sent, no answer yet. */
  | 'pending'
  /** A moderator looks at it first. */
  | 'held'
  /** Everybody has it. */
  | 'said'
  /** Nobody has it; `failure` says why. */
  | 'failed'

export interface Failure {
  code: number
  /** In one word, as the server told it: `muted`, `slow_mode`, `lane_full`, ... */
  cause: string
  text: string
  /** In how many seconds it may be tried again. */
  retryAfter?: number
}

/** Something that somebody said or gave. The object stays the same when its delivery changes. */
export interface RoomMessage {
  /** Unique on this page, and stable. */
  readonly key: string
  readonly kind: 'text' | 'gift'
  readonly from: Person
  /** What was said; '' for a gift. */
  readonly text: string
  readonly gift?: Gift
  readonly priority: 'High' | 'Normal' | 'Low' | 'Lowest'
  readonly mine: boolean
  readonly mentionsMe: boolean
  /** Level and fan tags that came with it (custom data), at most three, short. */
  readonly tags: readonly string[]
  /** It was said before we came. */
  readonly earlier: boolean
  /** It is told late (after a lost connection): not for bullets and effects. */
  readonly stale: boolean
  at: number
  /** Its number in the room; 0 until the room has it. */
  sequence: number
  delivery: Delivery
  failure?: Failure
  /** Taken back, or deleted by a moderator (`by` is empty where that is not told). */
  removed?: { by: string; reason: string }
}

/** A line of the house, not of a person. */
export type HouseLine =
  | { kind: 'notice'; text: string }
  | { kind: 'renamed'; name: string }
  | { kind: 'live-started' | 'live-ended'; by: Person }
  | { kind: 'mute-all'; on: boolean }
  | { kind: 'slow-mode'; seconds: number }
  | { kind: 'put-out'; people: Person[]; by: Person; reason: string; seconds: number; banned: boolean }
  | { kind: 'gap'; from: number; to?: number }
  | { kind: 'you-muted'; until: number }
  | { kind: 'you-unmuted' }

/** Is there video? `unknown`: nobody said. */
export type LiveStatus = 'unknown' | 'waiting' | 'live' | 'ended'

/** How the connection stands. */
export type Link =
  | { state: 'connecting'; since: number }
  | { state: 'connected'; since: number; restored: boolean }
  /** `attempt` tries have failed; the next one is at `retryAt`. */
  | { state: 'reconnecting'; since: number; attempt: number; retryAt: number }
  /** The machine itself has no network. */
  | { state: 'offline'; since: number }

/** Why we are not in the room any more. */
export type Outcome =
  | { why: 'dismissed' }
  | { why: 'removed'; reason: string }
  /** `until` is 0 where it is not told, `Infinity` for ever. */
  | { why: 'banned'; reason: string; until: number }
  | { why: 'left-elsewhere' }
  | { why: 'refused'; code: number; text: string }

/** The session is over. */
export type Kicked = 'other-login' | 'by-backend' | 'expired'

/** Everything that stands, replaced as a whole when a part changes. */
export interface RoomView {
  roomId: string
  /** `entering` until the room has let us in; `out` when it has let us go. */
  phase: 'idle' | 'entering' | 'in' | 'out'
  outcome?: Outcome
  kicked?: Kicked
  link: Link
  name: string
  avatar: string
  introduction: string
  /** The pinned announcement; '' for none. */
  notice: string
  ownerId: string
  adminIds: readonly string[]
  /** When the room was made. */
  createdAt: number
  live: LiveStatus
  /** Since when it is live, where that is known. */
  liveSince: number
  online: { members: number; guests: number }
  likes: number
  me: Me
  rules: {
    /** Seconds between two messages of one person; 0: none. */
    slowMode: number
    muteAll: boolean
    /** Seconds for which messages wait for a moderator. */
    holdBack: number
    guests: boolean
    refuseLinks: boolean
  }
}

export interface Me extends Person {
  loggedIn: boolean
  mayModerate: boolean
  maySpeak: boolean
  /** 0: not muted; `Infinity`: for ever. */
  mutedUntil: number
}

/** A row of the list of members. */
export interface Member extends Person {
  joinedAt: number
  mutedUntil: number
}

/** What a moderator may read about the last minute. */
export type RoomTally = Tally

export interface HeldMessage {
  held: number
  from: Person
  text: string
  /** When it is said if nobody objects. */
  until: number
}
