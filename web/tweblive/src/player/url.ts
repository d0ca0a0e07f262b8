// Addresses as tweblive writes them. The scheme is a marker only: a list of `key=value` follows it.
import { bad } from '../errors.js'

/** Somewhere in the rtc world. */
export interface RoomAddress {
  sdkappid?: string
  roomid?: string
  userid?: string
  usersig?: string
  livedomainname?: string
  streamid?: string
}

export interface CdnLine {
  url: string
  kind?: 'flv' | 'hls' | 'whep'
}

export type LiveAddress = { kind: 'room'; room: RoomAddress } | { kind: 'cdn'; lines: CdnLine[] }

const ROOM = ['sdkappid', 'roomid', 'userid', 'usersig', 'livedomainname', 'streamid']
const CDN = { flv: 'flv', hls: 'hls', webrtc: 'whep' } as const

function pairsOf(parts: string[], keys: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const part of parts) {
    const [, key, value] = /^(\w+)=(.*)$/s.exec(part) ?? []
    if (key && value && keys.includes(key.toLowerCase())) pairs[key.toLowerCase()] = value
  }
  return pairs
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** An address in a list: as it is where it is one, else decoded. */
const addressIn = (value: string): string => (/^[a-z]+:\/\//i.test(value) ? value : decoded(value))

/**
 * Reads `room://sdkappid=1&roomid=2&...`, `https://flv=<address>&hls=<address>` (raw or percent-encoded, in any order) and,
 * beyond the original, a plain address. `mayFlv` is whether the browser plays FLV by Media Source Extensions: then it is
 * the first choice, since it is nearer to the broadcast.
 */
export function parseLiveUrl(url: unknown, mayFlv = true): LiveAddress {
  const text = typeof url === 'string' ? url.trim() : ''
  const [, scheme = '', rest = ''] = /^(room|https?):\/\/(.+)$/is.exec(text) ?? []
  if (scheme.toLowerCase() === 'room') {
    const room = Object.entries(pairsOf(rest.split('&'), ROOM)).map(([key, value]) => [key, decoded(value)])
    return { kind: 'room', room: Object.fromEntries(room) as RoomAddress }
  }
  if (!scheme) throw bad('an address begins with https:// or room://')
  const keys = Object.keys(CDN) as (keyof typeof CDN)[]
  if (!keys.some(key => rest.toLowerCase().startsWith(`${key}=`))) return { kind: 'cdn', lines: [{ url: text }] }
  // Addresses that are not encoded may have `&` in them: only keys that are known begin a new pair.
  const pairs = pairsOf(rest.split(/&(?=(?:flv|hls|webrtc)=)/i), keys)
  const order: typeof keys = mayFlv ? ['webrtc', 'flv', 'hls'] : ['webrtc', 'hls', 'flv']
  const lines = order.flatMap(key => (pairs[key] ? [{ url: addressIn(pairs[key]), kind: CDN[key] }] : []))
  if (!lines.length) throw bad('the address names no stream')
  return { kind: 'cdn', lines }
}

/** The stream's name where nobody has given one. */
export const streamOf = ({ sdkappid, roomid, userid, streamid }: RoomAddress, isScreen = false): string =>
  streamid || `${sdkappid}_${roomid}_${userid}_${isScreen ? 'aux' : 'main'}`
