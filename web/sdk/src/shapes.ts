// Objects of the wire as the official SDKs shape them.
import type { Group, GroupChange, GroupMember, GroupRules, KeyValue, RoomState } from './api.js'
import { TYPES, type MemberRole } from './constants/types.js'
import { FOR_EVER_S, type Profile, type State, type You } from './wire.js'

const ROLES = {
  owner: TYPES.GRP_MBR_ROLE_OWNER,
  admin: TYPES.GRP_MBR_ROLE_ADMIN,
  member: TYPES.GRP_MBR_ROLE_MEMBER,
  guest: 'Guest',
} as const

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** When something ends that lasts `seconds` from now: 0 if it does not last. */
export function endOf(seconds: number): number {
  if (seconds === 0) return 0
  return seconds === FOR_EVER_S ? Infinity : nowSeconds() + seconds
}

export const roleOf = (role: You['role']): MemberRole | 'Guest' => ROLES[role]

export const pairs = (values: Record<string, string>): KeyValue[] =>
  Object.entries(values).map(([key, value]) => ({ key, value }))

export const unpair = (pairs: KeyValue[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]))

/** What is known of a room when nobody has told anything yet. */
export const noProfile = (id: string): Profile => ({
  id,
  name: '',
  introduction: '',
  notification: '',
  avatar: '',
  admins: [],
  created_s: 0,
  custom: {},
  mute_all: false,
})

export interface RoomFacts {
  profile: Profile
  state: State
  you?: You
  seq: number
  joinedAt: number
}

export function toGroup(me: string, { profile, state, you, seq, joinedAt }: RoomFacts): Group {
  const online = state.online ?? { members: 0, guests: 0 }
  const role = you && you.role !== 'guest' ? ROLES[you.role] : profile.owner === me ? ROLES.owner : ROLES.member
  return {
    groupID: profile.id,
    name: profile.name,
    avatar: profile.avatar,
    type: TYPES.GRP_AVCHATROOM,
    introduction: profile.introduction,
    notification: profile.notification,
    ownerID: profile.owner ?? '',
    adminIDList: profile.admins,
    createTime: profile.created_s,
    infoSequence: 0,
    lastInfoTime: 0,
    nextMessageSeq: seq + 1,
    memberCount: online.members + online.guests,
    maxMemberCount: 0,
    muteAllMembers: state.rules?.mute_all ?? profile.mute_all,
    joinOption: TYPES.JOIN_OPTIONS_FREE_ACCESS,
    groupCustomField: pairs(profile.custom),
    isSupportTopic: false,
    selfInfo: {
      userID: me,
      role,
      messageRemindType: TYPES.MSG_REMIND_ACPT_AND_NOTE,
      joinTime: joinedAt,
      nameCard: '',
      muteUntil: endOf(you?.muted_s ?? 0),
    },
    lastMessage: { lastTime: 0, lastSequence: seq, fromAccount: '', messageForShow: '' },
  }
}

export function toRoomState({ profile, state, you }: Pick<RoomFacts, 'profile' | 'state' | 'you'>): RoomState {
  const { rules = {}, online, likes } = state
  return {
    groupID: profile.id,
    online: { members: online?.members ?? 0, guests: online?.guests ?? 0 },
    likes: { total: likes?.total ?? 0, mine: you?.likes ?? 0 },
    slowMode: rules.slow_mode_s ?? 0,
    muteAll: rules.mute_all ?? profile.mute_all,
    holdBack: rules.hold_back_s ?? 0,
    guestsAllowed: rules.guests ?? true,
    refuseLinks: rules.refuse_links ?? false,
    myself: {
      role: roleOf(you?.role ?? 'guest'),
      mayModerate: you?.may_moderate ?? false,
      maySpeak: you?.may_speak ?? false,
      mutedUntil: endOf(you?.muted_s ?? 0),
    },
  }
}

/** A row of the list of members. */
export interface MemberRow {
  user: string
  nick: string
  avatar: string
  role: 'owner' | 'admin' | 'member'
  joined_s: number
  muted_s: number
}

export const toMember = (row: MemberRow): GroupMember => ({
  userID: row.user,
  nick: row.nick,
  avatar: row.avatar,
  role: ROLES[row.role],
  joinTime: row.joined_s,
  nameCard: '',
  muteUntil: endOf(row.muted_s),
  memberCustomField: [],
})

/** The members of an `update` request. */
export function toUpdate({ groupCustomField, muteAllMembers, ...texts }: GroupChange): Partial<Profile> {
  const change: Partial<Profile> = {}
  for (const key of ['name', 'introduction', 'notification', 'avatar'] as const) {
    if (texts[key] !== undefined) change[key] = texts[key]
  }
  if (groupCustomField) change.custom = unpair(groupCustomField)
  if (muteAllMembers !== undefined) change.mute_all = muteAllMembers
  return change
}

/** A profile after a change; an empty custom field is one that was deleted. */
export function changed(profile: Profile, change: Partial<Profile>): Profile {
  const custom = { ...profile.custom, ...change.custom }
  for (const [key, value] of Object.entries(custom)) if (value === '') delete custom[key]
  return { ...profile, ...change, custom }
}

const RULES = {
  slowMode: 'slow_mode_s',
  holdBack: 'hold_back_s',
  guests: 'guests',
  refuseLinks: 'refuse_links',
  repeat: 'repeat_s',
  rate: 'rate_per_s',
  words: 'words',
  reading: 'reading',
} as const

export function toRules(rules: GroupRules): Record<string, unknown> {
  const entries = Object.entries(RULES) as [keyof GroupRules, string][]
  return Object.fromEntries(entries.filter(([ours]) => rules[ours] !== undefined).map(([ours, wire]) => [wire, rules[ours]]))
}

export function fromRules(rules: Record<string, unknown>): GroupRules {
  const entries = Object.entries(RULES) as [keyof GroupRules, string][]
  return Object.fromEntries(entries.filter(([, wire]) => rules[wire] !== undefined).map(([ours, wire]) => [ours, rules[wire]]))
}
