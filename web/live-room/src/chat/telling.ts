// Rows in words.
import { clock, type Language } from '../base/words.js'
import type { Person } from '../model/types.js'
import type { SaidRow } from './lines.js'
import type { ChatWords } from './words.js'

export const badgeOf = ({ role }: Person, { host, moderator }: ChatWords): string => (role === 'owner' ? host : role === 'admin' ? moderator : '')

/** Of whom a row is: one, or several who said the same. */
export const nameOf = ({ all }: SaidRow, { others }: ChatWords): string => others(all[0]!.from.nick, new Set(all.map(({ from }) => from.userId)).size)

/** Why there is nothing of it to read; '' where there is. */
export function goneOf({ all, cleared }: SaidRow, words: ChatWords): string {
  const { removed, from } = all[0]!
  if (removed?.by && [from.nick, from.userId].includes(removed.by)) return words.takenBack
  return removed || cleared ? words.removed : ''
}

/** `Ada, host, 12:03: hello`. */
export function labelOf(row: SaidRow, what: string, words: ChatWords, language: Language): string {
  const { from, mine, mentionsMe, at } = row.all[0]!
  const who = [nameOf(row, words), mine && words.me, badgeOf(from, words), mentionsMe && words.mentionsYou, clock(at, language)]
  return words.said(who.filter(Boolean).join(words.list), what)
}
