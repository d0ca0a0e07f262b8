// All emoji, and which of them a word means.
import { toned, type Tone } from './kept.js'

/** As emoji-data.mjs writes it: the emoji, the Unicode version that it is of, and that of its skin tones. */
export type Row = readonly [text: string, version: number, tones?: number]

export interface Emoji {
  text: string
  /** Its place in the whole list, and in the words of every language. */
  index: number
  group: number
  version: number
  /** The version of its skin tones; 0: it has none. */
  tones: number
}

/** A name, and other words, by the place of their emoji. */
export type Words = readonly (readonly string[])[]

export function emojiOf(groups: readonly (readonly Row[])[]): Emoji[] {
  let index = 0
  return groups.flatMap((rows, group) => rows.map(([text, version, tones = 0]) => ({ text, index: index++, group, version, tones })))
}

export const wordsOf = (lines: string): Words => lines.split('\n').map(line => line.split('|'))

/** As it is compared: accents, full width and capitals make no difference. */
export const plain = (text: string): string => text.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase()

/** In the tone that is wanted, where there is one that can be drawn. */
export const inTone = ({ text, tones }: Emoji, tone: Tone, version: number): string => (tones > 0 && tones <= version ? toned(text, tone) : text)

const NEVER = Infinity

const isBetween = (letter: string | undefined): boolean => letter === undefined || /[^\p{L}\p{N}]/u.test(letter)

/** How well a part of the query fits a name: 0 it is the name, 1 a word of it, 2 a word begins so, 4 it is somewhere inside. */
function fit(part: string, name: string): number {
  if (name === part) return 0
  let best = NEVER
  for (let at = name.indexOf(part); at >= 0; at = name.indexOf(part, at + 1)) {
    if (isBetween(name[at - 1])) best = Math.min(best, isBetween(name[at + part.length]) ? 1 : 2)
    // A single Latin letter is in every second word.
    else if (part.length > 1 || /\p{Script=Han}/u.test(part)) best = Math.min(best, 4)
  }
  return best
}

/** A name fits before other words that fit as well; those are no names, however well they fit. */
function fitOf(parts: readonly string[], [name = '', ...others]: readonly string[]): number {
  let worst = 0
  for (const part of parts) {
    let best = fit(part, name)
    for (const other of others) best = Math.min(best, Math.max(1, fit(part, other)) + 0.5)
    worst = Math.max(worst, best)
  }
  return worst
}

/** What every part of the query fits in one of the languages; names and beginnings of words first. `words` are `plain`. */
export function find(query: string, emoji: readonly Emoji[], languages: readonly Words[]): Emoji[] {
  const parts = plain(query).split(/\s+/).filter(Boolean)
  if (parts.length === 0) return []
  return emoji
    .map(each => ({ each, fit: Math.min(...languages.map(words => fitOf(parts, words[each.index] ?? []))) }))
    .filter(({ fit }) => fit < NEVER)
    .sort((a, b) => a.fit - b.fit || a.each.index - b.each.index)
    .map(({ each }) => each)
}
