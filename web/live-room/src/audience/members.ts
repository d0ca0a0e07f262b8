// The list of who is here: loaded by pages, kept up by those who come and go.
import type { Member, Person, Role } from '../model/types.js'

/** More are not loaded: nobody scrolls through them, and search says that it sees only these. */
export const LOADED_MAX = 1500

const RANK: Record<Role, number> = { owner: 0, admin: 1, member: 2, guest: 2 }

/** Host, admins, then the newest first. */
export const arranged = (members: readonly Member[]): Member[] =>
  [...members].sort((a, b) => RANK[a.role] - RANK[b.role] || b.joinedAt - a.joinedAt || (a.userId < b.userId ? -1 : 1))

/** Adds a page, or puts newer rows in the place of those that are known. */
export function withPage(members: readonly Member[], page: readonly Member[]): Member[] {
  const byId = new Map(members.map(member => [member.userId, member]))
  for (const member of page) byId.set(member.userId, member)
  return arranged([...byId.values()]).slice(0, LOADED_MAX)
}

/**
 * The newest page, asked for again: whoever should be on it and is not has gone. Joining times are whole seconds, so
 * those of the page's last second may be on the next page. Without a next page it is the whole list.
 */
export function refreshed(members: readonly Member[], page: readonly Member[], next: number): Member[] {
  const oldest = Math.min(...page.map(({ joinedAt }) => joinedAt))
  return withPage(next === 0 ? [] : members.filter(({ joinedAt }) => joinedAt <= oldest), page)
}

export function withNew(members: readonly Member[], people: readonly Person[], now: number): Member[] {
  return withPage(members, people.filter(({ userId }) => userId !== '').map(person => ({ ...person, joinedAt: now, mutedUntil: mutedUntil(members, person) })))
}

/** A mute stays over going and coming. */
const mutedUntil = (members: readonly Member[], { userId }: Person): number => members.find(member => member.userId === userId)?.mutedUntil ?? 0

/** Those whose nick or id has these letters in it. */
export function found(members: readonly Member[], sought: string): readonly Member[] {
  const letters = sought.trim().toLowerCase()
  if (letters === '') return members
  return members.filter(({ nick, userId }) => nick.toLowerCase().includes(letters) || userId.toLowerCase().includes(letters))
}
