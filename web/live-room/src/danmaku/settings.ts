// What a reader can choose about bullet comments. Pure.
import type { Mode } from './lanes.js'

export interface DanmakuSettings {
  /** Absent until the reader has said so himself: then they are shown unless motion is unwanted. */
  on?: boolean
  /** From 0.2 to 1. */
  opacity: number
  /** Times the usual size, from 0.6 to 1.6. */
  fontSize: number
  /** Times the usual speed, from 0.5 to 2. */
  speed: number
  /** The share of the picture: 0.25, 0.5 or 1. */
  area: number
  /** How many at once, from 5 to 80. */
  density: number
  mode: Mode
}

export const DEFAULTS: Readonly<DanmakuSettings> = { opacity: 0.9, fontSize: 1, speed: 1, area: 0.5, density: 80, mode: 'scroll' }

/** What may be wrong, from storage or a page, as settings; what cannot be read is as usual. */
export function readSettings(value: unknown): DanmakuSettings {
  const read = (value !== null && typeof value === 'object' ? value : {}) as Record<string, unknown>
  const within = (name: 'opacity' | 'fontSize' | 'speed' | 'density', least: number, most: number) => {
    const number = read[name]
    return typeof number === 'number' && Number.isFinite(number) ? Math.min(most, Math.max(least, number)) : DEFAULTS[name]
  }
  const oneOf = <T>(value: unknown, choices: T[], usual: T): T => (choices.includes(value as T) ? (value as T) : usual)
  return {
    ...(typeof read.on === 'boolean' && { on: read.on }),
    opacity: within('opacity', 0.2, 1),
    fontSize: within('fontSize', 0.6, 1.6),
    speed: within('speed', 0.5, 2),
    area: oneOf(read.area, [0.25, 0.5, 1], DEFAULTS.area),
    density: Math.round(within('density', 5, 80)),
    mode: oneOf<Mode>(read.mode, ['scroll', 'top', 'bottom'], DEFAULTS.mode),
  }
}

const LETTERS_MAX = 60

/** One line, not too long, cut between letters as people see them. */
export function lineOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= LETTERS_MAX) return line
  // no more than can matter is looked at: a letter may have any number of marks
  const head = line.slice(0, LETTERS_MAX * 20)
  const letters = Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(head), ({ segment }) => segment) : [...head]
  return letters.length <= LETTERS_MAX && head === line ? line : `${letters.slice(0, LETTERS_MAX - 1).join('')}…`
}
