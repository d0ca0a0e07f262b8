// What a reader does not want to see, in the chat and among the bullets alike. It is his own, kept in his browser; what
// nobody shall see is the room's word list, on the server.
import { keep, readKept } from '../base/kept.js'
import type { RoomMessage } from '../model/types.js'

export interface HiddenLists {
  /** A text with one of them in it is not shown, whatever the case of its letters. */
  readonly words: readonly string[]
  /** What they say is not shown. */
  readonly users: readonly { userId: string; nick: string }[]
}

const KEY = 'plaudit-hidden'
/** Of words, and of people; the oldest go. */
const LENGTH_MAX = 100
export const WORD_LETTERS_MAX = 40

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** What may be wrong, from storage or a page, as lists; what cannot be read is left out. */
export function readHidden(value: unknown): HiddenLists {
  const read = (value !== null && typeof value === 'object' ? value : {}) as Record<keyof HiddenLists, unknown>
  const words = listOf(read.words).map(word => [...String(word).trim()].slice(0, WORD_LETTERS_MAX).join('').trim())
  const users = listOf(read.users).flatMap(user => {
    const { userId, nick } = (user ?? {}) as { userId?: unknown; nick?: unknown }
    return typeof userId === 'string' && userId !== '' ? [[userId, { userId, nick: String(nick || userId) }] as const] : []
  })
  return { words: [...new Set(words)].filter(Boolean).slice(-LENGTH_MAX), users: [...new Map(users).values()].slice(-LENGTH_MAX) }
}

/** The lists of this page's reader. A page may set them, too. */
export class Hidden {
  private kept?: HiddenLists
  private sought: string[] = []
  private readonly listeners = new Set<() => void>()

  get lists(): HiddenLists {
    if (!this.kept) this.take(readHidden(readKept(KEY)))
    return this.kept!
  }

  /** Replaces a list, or both. */
  set(change: Partial<HiddenLists>): void {
    this.take(readHidden({ ...this.lists, ...change }))
    keep(KEY, this.lists)
    for (const listener of [...this.listeners]) listener()
  }

  /** Hides what a person says, or shows it again. */
  setUser({ userId, nick }: { userId: string; nick: string }, isHidden: boolean): void {
    const others = this.lists.users.filter(user => user.userId !== userId)
    this.set({ users: isHidden ? [...others, { userId, nick }] : others })
  }

  hasUser(userId: string): boolean {
    return this.lists.users.some(user => user.userId === userId)
  }

  hides(text: string, userId = ''): boolean {
    if (this.hasUser(userId)) return true
    if (this.sought.length === 0) return false
    const said = text.toLowerCase()
    return this.sought.some(word => said.includes(word))
  }

  /** Called after every change. Answers what ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private take(lists: HiddenLists): void {
    this.kept = lists
    this.sought = lists.words.map(word => word.toLowerCase())
  }
}

export const hidden = new Hidden()

/** One's own words are always seen. */
export const isHidden = ({ mine, text, from }: RoomMessage): boolean => !mine && hidden.hides(text, from.userId)
