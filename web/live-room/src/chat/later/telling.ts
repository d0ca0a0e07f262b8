// Reasons, lines of the house, and what became of a message, in words.
import { clock, localeOf, span, type Language } from '../../base/words.js'
import { giftName } from '../../gifts/catalogue.js'
import type { Failure, GiftKind, HouseLine, RoomMessage } from '../../model/types.js'
import type { Standing } from './standing.js'
import { badgeOf } from '../telling.js'
import type { ChatWords } from '../words.js'
import type { LaterWords } from './words.js'

const BUSY = ['waited', 'lane_full', 'dropped', 'unknown']
/** What the SDK finds itself has no cause but a number. */
const BY_CODE: Record<number, string> = { 2800: 'network', 2801: 'network', 2024: 'login', 3005: 'login', 2101: 'not_member', 2623: 'not_member', 10010: 'no_room' }

export function reasonOf({ cause, code, text }: Failure, { causes }: LaterWords): string {
  const name = BUSY.includes(cause) ? 'busy' : cause || BY_CODE[code] || ''
  return (Object.prototype.hasOwnProperty.call(causes, name) && causes[name]) || text
}

/** `until 12:30`, with the day where it is not today's, or `for good`; '' where it is not told. */
export function untilOf(until: number, words: LaterWords, language: Language, now: number): string {
  if (until === Infinity) return words.forEver
  if (until === 0) return ''
  const isToday = new Date(until).toDateString() === new Date(now).toDateString()
  const format = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false } as const
  return words.until(isToday ? clock(until, language) : new Intl.DateTimeFormat(localeOf(language), format).format(until))
}

/** Why the box is closed; '' while it is open, or only a login away. */
export function closedOf(standing: Standing, words: LaterWords, language: Language, now: number): string {
  if (standing.kind === 'muted') return words.muted(untilOf(standing.until, words, language, now))
  if (standing.kind === 'mute-all') return words.mutedAll
  if (standing.kind !== 'out') return ''
  const { why, outcome } = standing
  const reason = outcome && 'reason' in outcome && outcome.reason ? words.why(outcome.reason) : ''
  if (outcome?.why === 'banned') return words.bannedYou(untilOf(outcome.until, words, language, now)).trim() + reason
  return why === 'removed' || why === 'banned' ? words.removedYou + reason : words[why]
}

export function houseLine(line: HouseLine, words: LaterWords, language: Language, now: number): string {
  switch (line.kind) {
    case 'notice':
      return line.text
    case 'renamed':
      return words.renamed(line.name)
    case 'mute-all':
      return line.on ? words.mutedAll : words.speakAgain
    case 'slow-mode':
      return line.seconds > 0 ? words.slow(span(line.seconds, language, '')) : words.slowOff
    case 'put-out': {
      const names = line.people.map(({ nick }) => nick).join(', ')
      const told = line.banned ? words.banned(names, span(line.seconds || Infinity, language, words.forEver)) : words.putOut(names)
      return line.reason ? told + words.why(line.reason) : told
    }
    case 'you-muted':
      return words.muted(untilOf(line.until, words, language, now))
    default:
      return words[line.kind]
  }
}

/** A message for the ear, without its time: `Ada, host: hello`. */
export function spokenOf({ from, mentionsMe, text, gift }: RoomMessage, words: ChatWords, gifts: readonly GiftKind[], language: Language): string {
  const who = [from.nick, badgeOf(from, words), mentionsMe && words.mentionsYou].filter(Boolean).join(words.list)
  if (!gift) return words.said(who, text)
  const name = giftName(gifts.find(({ id }) => id === gift.id), gift.id, language)
  return words.said(who, `${words.gave} ${name}${gift.count > 1 ? ` ×${gift.count}` : ''}`)
}

/** What became of it, where that is not simply that it was said. */
export function stateOf({ delivery, failure }: RoomMessage, words: LaterWords): string {
  if (delivery === 'failed') return words.failed(failure ? reasonOf(failure, words) : '')
  return delivery === 'held' ? words.held : delivery === 'pending' ? words.pending : ''
}
