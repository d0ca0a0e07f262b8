// What a page gives, before anything is played.
import type { Line } from './lines.js'

const PROTOCOLS = ['http:', 'https:', 'ws:', 'wss:', 'blob:']

/** Lines from an attribute; nothing where it is no JSON. */
export function parseLines(json: string | null): Line[] {
  try {
    const read: unknown = JSON.parse(json ?? '[]')
    return Array.isArray(read) ? (read as Line[]) : []
  } catch {
    return []
  }
}

/** An address as a link of a page at `base` is read; '' if it is none that is loaded. */
export function wholeOf(url: string, base: string): string {
  try {
    const { href, protocol } = new URL(url, base)
    return PROTOCOLS.includes(protocol) ? href : ''
  } catch {
    return ''
  }
}
