// Users as they show themselves.
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

/** Fields beside nick and avatar, by their names on the wire. */
const FIELDS = {
  gender: 'gender',
  birthday: 'birthday',
  location: 'location',
  selfSignature: 'signature',
  allowType: 'allow',
  language: 'language',
  messageSettings: 'message_settings',
  adminForbidType: 'forbid',
  level: 'level',
  role: 'role',
} as const
/** Custom fields, as callers name them and as the wire does. */
const CUSTOM = { caller: 'Tag_Profile_Custom_', wire: 'custom.' }

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
  const known = Object.entries(FIELDS).filter(([, field]) => fields[field] !== undefined)
  const custom = Object.entries(fields).filter(([field]) => field.startsWith(CUSTOM.wire))
  return {
    ...DEFAULTS,
    ...Object.fromEntries(known.map(([key, field]) => [key, fields[field]])),
    userID: user,
    nick,
    avatar,
    profileCustomField: custom.map(([field, value]) => ({ key: field.replace(CUSTOM.wire, CUSTOM.caller), value: String(value) })),
  }
}

export type ProfileChange = Partial<Profile> & { profileCustomField?: KeyValue[] }

function toFields(change: ProfileChange): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(FIELDS)) {
    const value = change[key as keyof typeof FIELDS]
    if (value !== undefined) fields[field] = value
  }
  for (const { key, value } of change.profileCustomField ?? []) fields[key.replace(CUSTOM.caller, CUSTOM.wire)] = value
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
