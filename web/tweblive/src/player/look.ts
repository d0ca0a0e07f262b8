// What a page may set of a player, as numbers and names that the elements understand.

export type Poster = string | { style?: 'default' | 'cover' | 'stretch'; src?: string }

export interface PlayerConfig {
  /** Does it begin by itself? Default: no, as in the original. */
  autoplay?: boolean
  poster?: Poster
  /** Accepted; a paused picture is never covered here. */
  pausePosterEnabled?: boolean
  /** Words of the page's own for errors, by their numbers. */
  wording?: Record<string | number, string>
  [other: string]: unknown
}

const FIT = { default: 'scale-down', cover: 'cover', stretch: 'fill' } as const

/** Where a poster lies, and its `object-fit`. */
export function posterOf(poster: Poster | undefined): { src: string; fit: string } {
  const { src = '', style = 'default' } = typeof poster === 'string' ? { src: poster } : (poster ?? {})
  return { src, fit: FIT[style] ?? FIT.default }
}

/** 0 to 1, of 0 to 100; nothing of what is no number: then nothing changes. */
export const volumeOf = (volume: unknown): number | undefined =>
  typeof volume === 'number' && !Number.isNaN(volume) ? Math.min(Math.max(volume, 0), 100) / 100 : undefined

/** `event.data` of `PLAYER_ERROR`. The numbers are those of the browser's media errors. */
export interface PlayerErrorData {
  code: number
  reason: string
  /** Ours: what the engine said. */
  message: string
}

const REASONS = ['', 'MEDIA_ERR_ABORTED', 'MEDIA_ERR_NETWORK', 'MEDIA_ERR_DECODE', 'MEDIA_ERR_SRC_NOT_SUPPORTED']
const NETWORK = 2

/** What the browser says of the video is exact; of everything else the original says that it is the network. */
export function errorOf(mediaCode: number | undefined, message: string): PlayerErrorData {
  const code = mediaCode && REASONS[mediaCode] ? mediaCode : NETWORK
  return { code, reason: REASONS[code]!, message }
}
