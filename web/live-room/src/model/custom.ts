// What custom messages mean: gifts, likes of other programs, the host's "live started". A tolerant reader, since many
// programs write them; one plain form when writing.
import type { Gift } from './types.js'

const COUNT_MAX = 9999
const TAGS_MAX = 3
const TAG_LETTERS_MAX = 12

export type Custom =
  | { type: 'gift'; gift: Gift }
  | { type: 'like'; count: number }
  | { type: 'live-started' }
  | { type: 'live-ended'; text: string }
  | { type: 'other' }

/** The words that TWebLive and its pages send as they are. */
const LITERALS: Record<string, Custom> = {
  like: { type: 'like', count: 1 },
  LIKE: { type: 'like', count: 1 },
  startPush: { type: 'live-started' },
  LIVE_START: { type: 'live-started' },
  stopPush: { type: 'live-ended', text: '' },
  push_stopped: { type: 'live-ended', text: '' }, // what its stopPush() says; the host's words are in the description
  LIVE_FINISH: { type: 'live-ended', text: '' },
}

/** Reads `payload.data`. JSON may name its kind `type` (ours) or `businessID` (the vendor's UI kits). */
export function readCustom(data: string): Custom {
  const literal = Object.prototype.hasOwnProperty.call(LITERALS, data) ? LITERALS[data] : undefined
  if (literal) return literal
  const read = objectOf(data)
  switch (read.type ?? read.businessID) {
    case 'gift': {
      const id = read.gift ?? read.giftId ?? read.id
      if (typeof id !== 'string' || id === '' || id.length > 64) return { type: 'other' }
      return { type: 'gift', gift: { id, count: countOf(read.count) } }
    }
    case 'like':
      return { type: 'like', count: countOf(read.count) }
    case 'live-started':
      return { type: 'live-started' }
    case 'live-ended':
      return { type: 'live-ended', text: typeof read.text === 'string' ? read.text : '' }
    default:
      return { type: 'other' }
  }
}

export const writeGift = ({ id, count }: Gift): string => JSON.stringify({ v: 1, type: 'gift', gift: id, count })

/** Level and fan tags from a message's custom data: `{"level": 12, "tags": ["VIP"]}`. */
export function readTags(cloudCustomData: string): string[] {
  if (cloudCustomData === '') return []
  const { level, tags } = objectOf(cloudCustomData)
  const found: string[] = []
  if (typeof level === 'number' && Number.isInteger(level) && level >= 0 && level < 1000) found.push(`Lv.${level}`)
  if (Array.isArray(tags)) found.push(...tags.filter((tag): tag is string => typeof tag === 'string' && tag.trim() !== ''))
  return found.slice(0, TAGS_MAX).map(tag => [...tag.trim()].slice(0, TAG_LETTERS_MAX).join(''))
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(Math.max(Math.floor(value), 1), COUNT_MAX) : 1
}

function objectOf(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
