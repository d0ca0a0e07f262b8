// `@name`: who can be meant, and how the name gets into the text.
import type { Person } from '../../model/types.js'
import type { Row } from '../lines.js'

const RECENT_MAX = 50
const SHOWN_MAX = 5
/** Behind a letter of a word `@` belongs to an address; Chinese has no spaces, so there it may follow anything. */
const QUERY = /(?:^|[^\w.@])@([^\s@]{0,24})$/

export interface Query {
  /** Where the `@` stands. */
  from: number
  text: string
}

/** What is being looked for where the caret stands, if anything. */
export function queryAt(text: string, caret: number): Query | undefined {
  const found = QUERY.exec(text.slice(0, caret))
  return found ? { from: caret - found[1]!.length - 1, text: found[1]! } : undefined
}

/** Who has spoken lately, the newest first. */
export function recentOf(rows: readonly Row[]): Person[] {
  const recent = new Map<string, Person>()
  for (let index = rows.length - 1; index >= 0 && recent.size < RECENT_MAX; index -= 1) {
    const row = rows[index]!
    if (row.kind === 'said') for (const { from } of row.all) if (!recent.has(from.userId)) recent.set(from.userId, from)
  }
  return [...recent.values()]
}

/** Those whose name begins with the text come before those that only have it. */
export function candidates(recent: readonly Person[], text: string, myId: string): Person[] {
  const wanted = text.toLowerCase()
  const rank = ({ nick, userId }: Person) => {
    const at = nick.toLowerCase().indexOf(wanted)
    return at < 0 ? (userId.toLowerCase().startsWith(wanted) ? 2 : 3) : Math.min(at, 1)
  }
  return recent
    .filter(person => person.userId !== '' && person.userId !== myId && rank(person) < 3)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, SHOWN_MAX)
}

/** The text with `@name ` in place of what stands between `from` and `to`, and where the caret is then. */
export function withMention(text: string, from: number, to: number, { nick }: Person): { text: string; caret: number } {
  const glue = /[\w.@]$/.test(text.slice(0, from)) ? ' ' : ''
  const inserted = `${glue}@${nick} `
  return { text: text.slice(0, from) + inserted + text.slice(to).replace(/^ /, ''), caret: from + inserted.length }
}
