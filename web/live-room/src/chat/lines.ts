// What happens in a room, as rows of a list. A row is never changed but replaced, so that what did not change need not be drawn.
import type { HouseLine, Person, RoomMessage } from '../model/types.js'
import type { Item } from './flow.js'

export interface SaidRow {
  kind: 'said'
  key: string
  /** One message, or several that are alike. Never empty. */
  all: readonly RoomMessage[]
  /** A moderator has put their author out. */
  cleared: boolean
}

export type Row =
  | SaidRow
  | { kind: 'came' | 'went'; key: string; first: Person; count: number; since: number }
  | { kind: 'line'; key: string; line: HouseLine; at: number }
  /** Above it stands what was said before we came. */
  | { kind: 'earlier'; key: string }
  /** So many rows were taken out here while the reader read above. */
  | { kind: 'skipped'; key: string; count: number }

/** Equal texts share a row when no more time lies between them, and when it is still near. */
const ALIKE_MS = 5000
const ALIKE_ROWS = 30
/** Comings share a row for so long; longer while nothing else is said. */
const COMINGS_MS = 2000
const COMINGS_ALONE_MS = 10_000

export class Lines {
  rows: Row[] = []
  /** Moderators see who said what: only one person's equal texts share a row. */
  apart = false
  private keys = 0
  private readonly open: { came?: Set<string>; went?: Set<string> } = {}

  add(item: Item, now: number): void {
    if (item.kind === 'message') this.said(item.message)
    else if (item.kind === 'line') this.told(item.line, now)
    else this.moved(item.kind, item.people, now)
  }

  /** Its delivery has changed, or it was removed. */
  changed(message: RoomMessage): void {
    const index = this.indexOf(message)
    const row = this.rows[index]
    if (row?.kind !== 'said') return
    const left = row.all.filter(({ removed }) => !removed)
    this.rows[index] = { ...row, all: left.length > 0 ? left : [row.all[0]!] }
  }

  /** The author takes a failed message away. */
  drop(message: RoomMessage): void {
    const index = this.indexOf(message)
    if (index >= 0) this.rows.splice(index, 1)
  }

  /** Takes rows out, unseen: the oldest, and behind `keepTo` where that is not enough. Answers how many of each. */
  trim(max: number, above: number, below: number): { top: number; tail: number } {
    const excess = Math.max(0, this.rows.length - max)
    const top = Math.min(excess, above)
    const tail = excess > top ? Math.min(below, excess - top + 1) : 0
    this.rows.splice(0, top)
    if (tail > 0) {
      const cut = this.rows.splice(this.rows.length - below, tail)
      const count = cut.reduce((sum, row) => sum + (row.kind === 'skipped' ? row.count : row.kind === 'said' ? row.all.length : 0), 0)
      this.rows.splice(this.rows.length - below + tail, 0, { kind: 'skipped', key: this.nextKey(), count })
    }
    return { top, tail: Math.max(0, tail - 1) }
  }

  private said(message: RoomMessage): void {
    const divider = message.earlier && this.rows.at(-1)?.kind === 'earlier' ? this.rows.pop() : undefined
    const index = this.alike(message)
    const row = this.rows[index]
    if (row?.kind === 'said') this.rows[index] = { ...row, all: [...row.all, message] }
    else this.rows.push({ kind: 'said', key: message.key, all: [message], cleared: false })
    if (message.earlier) this.rows.push(divider ?? { kind: 'earlier', key: this.nextKey() })
  }

  private told(line: HouseLine, at: number): void {
    if (line.kind === 'put-out') this.clear(line.people)
    this.rows.push({ kind: 'line', key: this.nextKey(), line, at })
  }

  private moved(kind: 'came' | 'went', people: Person[], now: number): void {
    const last = this.rows.length - 1
    const seen = this.open[kind]
    const index = seen ? this.lastOf(kind) : -1
    const row = this.rows[index]
    const isOpen = row?.kind === kind && now - row.since < (index === last ? COMINGS_ALONE_MS : COMINGS_MS)
    if (isOpen && seen) {
      for (const { userId } of people) seen.add(userId)
      this.rows[index] = { ...row, count: seen.size }
    } else if (people[0]) {
      this.open[kind] = new Set(people.map(({ userId }) => userId))
      this.rows.push({ kind, key: this.nextKey(), first: people[0], count: this.open[kind].size, since: now })
    }
  }

  private clear(people: Person[]): void {
    const ids = new Set(people.map(({ userId }) => userId))
    this.rows.forEach((row, index) => {
      if (row.kind !== 'said' || row.cleared) return
      const left = row.all.filter(({ from }) => !ids.has(from.userId))
      if (left.length === row.all.length) return
      this.rows[index] = left.length > 0 ? { ...row, all: left } : { ...row, all: [row.all[0]!], cleared: true }
    })
  }

  private alike(message: RoomMessage): number {
    for (let index = this.rows.length - 1; index >= Math.max(0, this.rows.length - ALIKE_ROWS); index -= 1) {
      const row = this.rows[index]!
      if (row.kind === 'earlier') return -1
      if (row.kind === 'said' && !row.cleared && isAlike(row.all[row.all.length - 1]!, message, this.apart)) return index
    }
    return -1
  }

  private indexOf(message: RoomMessage): number {
    return this.last(row => row.kind === 'said' && row.all.includes(message))
  }

  private lastOf(kind: Row['kind']): number {
    return this.last(row => row.kind === kind)
  }

  private last(wanted: (row: Row) => boolean): number {
    let index = this.rows.length - 1
    while (index >= 0 && !wanted(this.rows[index]!)) index -= 1
    return index
  }

  private nextKey(): string {
    return `r${++this.keys}`
  }
}

/** Mine stay apart: each has a fate of its own. So do those that mean me, and those of hosts. */
function isAlike(a: RoomMessage, b: RoomMessage, apart: boolean): boolean {
  if (a.kind !== b.kind || b.at - a.at > ALIKE_MS || [a, b].some(({ mine, mentionsMe, removed }) => mine || mentionsMe || removed)) return false
  const same = a.from.userId === b.from.userId
  if (a.gift || b.gift) return same && a.gift?.id === b.gift?.id
  return a.text === b.text && (same || (!apart && a.from.role === 'member' && b.from.role === 'member'))
}

/** How often it was said, or how many were given. */
export const timesOf = ({ all }: SaidRow): number => all.reduce((sum, { gift }) => sum + (gift?.count ?? 1), 0)
