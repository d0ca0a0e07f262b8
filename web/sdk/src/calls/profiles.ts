// Users as they show themselves. Fields beyond nick and avatar carry the vendor's tags on the wire.
import type { KeyValue, Profile } from '../api.js'
import { EVENT } from '../constants/event.js'
import { TYPES } from '../constants/types.js'
import type { Core } from '../core.js'
import { CODE, IMError } from '../errors.js'

interface WireProfile {
  user: string
  nick: string
  avatar: string
  fields?: Record<string, string | number>
}

const TAGS = {
  gender: 'Tag_Profile_IM_Gender',
  birthday: 'Tag_Profile_IM_BirthDay',
  location: 'Tag_Profile_IM_Location',
  selfSignature: 'Tag_Profile_IM_SelfSignature',
  allowType: 'Tag_Profile_IM_AllowType',
  language: 'Tag_Profile_IM_Language',
  messageSettings: 'Tag_Profile_IM_MsgSettings',
  adminForbidType: 'Tag_Profile_IM_AdminForbidType',
  level: 'Tag_Profile_IM_Level',
  role: 'Tag_Profile_IM_Role',
} as const
const CUSTOM_TAG = 'Tag_Profile_Custom_'

const DEFAULTS: Omit<Profile, 'userID' | 'nick' | 'avatar' | 'profileCustomField'> = {
  gender: TYPES.GENDER_UNKNOWN,
  birthday: 0,
  location: '',
  selfSignature: '',
  allowType: TYPES.ALLOW_TYPE_ALLOW_ANY,
  language: 0,
  messageSettings: 0,
  adminForbidType: TYPES.FORBID_TYPE_NONE,
  level: 0,
  role: 0,
  lastUpdatedTime: 0,
}

function toProfile({ user, nick, avatar, fields = {} }: WireProfile): Profile {
  const known = Object.entries(TAGS).filter(([, tag]) => fields[tag] !== undefined)
  const custom = Object.entries(fields).filter(([tag]) => tag.startsWith(CUSTOM_TAG))
  return {
    ...DEFAULTS,
    ...Object.fromEntries(known.map(([key, tag]) => [key, fields[tag]])),
    userID: user,
    nick,
    avatar,
    profileCustomField: custom.map(([key, value]) => ({ key, value: String(value) })),
  }
}

export type ProfileChange = Partial<Profile> & { profileCustomField?: KeyValue[] }

function toFields(change: ProfileChange): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [key, tag] of Object.entries(TAGS)) {
    const value = change[key as keyof typeof TAGS]
    if (value !== undefined) fields[tag] = value
  }
  for (const { key, value } of change.profileCustomField ?? []) fields[key] = value
  return fields
}

export async function get(core: Core, userIDList: string[]): Promise<Profile[]> {
  core.needLogin()
  if (!Array.isArray(userIDList)) throw new IMError(CODE.BAD_PARAMETER, 'userIDList must be a list')
  const { profiles } = await core.ask<{ profiles: WireProfile[] }>('profiles', { users: userIDList })
  return profiles.map(toProfile)
}

export async function mine(core: Core): Promise<Profile> {
  core.needLogin()
  const { user } = core.session
  const [profile] = await get(core, [user])
  return profile ?? toProfile({ user, nick: '', avatar: '' })
}

export async function update(core: Core, change: ProfileChange): Promise<Profile> {
  core.needLogin()
  const { nick, avatar } = change
  const fields = toFields(change)
  await core.ask('set_profile', { nick, avatar, ...(Object.keys(fields).length > 0 && { fields }) })
  const profile = await mine(core)
  core.emitter.emit(EVENT.PROFILE_UPDATED, [profile])
  return profile
}
