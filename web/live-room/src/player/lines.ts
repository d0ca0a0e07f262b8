// The addresses under which a broadcast can be had, in order of preference.
import { wholeOf } from './given.js'

/** One address of a broadcast. */
export interface Line {
  url: string
  /** What the reader sees in the menu; lines of one name differ in quality. */
  name?: string
  /** How it is played; guessed from the address where it is missing. */
  kind?: 'hls' | 'flv' | 'whep' | 'file' | (string & {})
  /** `1080p`, `audio only`, ... */
  quality?: string
}

/** A line that can be played: its address is whole, its kind known. */
export interface ReadyLine extends Line {
  kind: string
}

export function kindOf(url: string): string {
  const [path = ''] = url.toLowerCase().split(/[?#]/)
  if (path.endsWith('.m3u8')) return 'hls'
  if (path.endsWith('.flv') || /^wss?:/.test(path)) return 'flv'
  return /\/whep(?:\/|$)/.test(path) ? 'whep' : 'file'
}

/** What may be played of what a page gives: `src` first, then the list. Addresses are read as links of a page at `base`. */
export function readyLines(src: string, given: unknown, base: string): ReadyLine[] {
  const list: unknown[] = [...(src ? [{ url: src }] : []), ...(Array.isArray(given) ? given : [])]
  return list.flatMap(entry => {
    const { url, name, kind, quality } = (typeof entry === 'string' ? { url: entry } : (entry ?? {})) as Partial<Record<keyof Line, unknown>>
    const whole = typeof url === 'string' && url !== '' && wholeOf(url, base)
    if (!whole) return []
    return [{ url: whole, kind: text(kind) || kindOf(whole), ...(text(name) && { name: text(name) }), ...(text(quality) && { quality: text(quality) }) }]
  })
}

/** The menu's first part: one entry per name, with the line that is played when it is chosen (of the same quality if it can be). */
export function namesOf(lines: readonly ReadyLine[], current: number): { name: string | undefined; line: number }[] {
  const quality = lines[current]?.quality
  const found: { name: string | undefined; line: number }[] = []
  lines.forEach(({ name, quality: own }, line) => {
    const same = name === undefined ? undefined : found.find(entry => entry.name === name)
    if (!same) found.push({ name, line })
    else if (line === current || (own !== undefined && own === quality && same.line !== current)) same.line = line
  })
  return found
}

/** The menu's second part: the lines that differ from the current one in quality alone. */
export function qualitiesOf(lines: readonly ReadyLine[], current: number): { quality: string; line: number }[] {
  const name = lines[current]?.name
  const found = lines.flatMap((entry, line) => (entry.quality && (line === current || (name !== undefined && entry.name === name)) ? [{ quality: entry.quality, line }] : []))
  return found.length > 1 ? found : []
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
