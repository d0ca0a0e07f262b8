// The element that plays, fetched when somebody plays. In the build for script tags `element-beside.ts` stands in for this file.

/** What this package uses of `<live-player>`. */
export interface PlayerElement extends HTMLElement {
  lines: readonly { url: string; kind?: string }[]
  poster: string
  noAutoplay: boolean
  words: Record<string, Record<string, string>>
  readonly video: HTMLVideoElement
  readonly state: string
  play(): Promise<void>
  pause(): void
  stop?(): void
}

export const TAG: string = 'live-player'

export const fetchElement = (): Promise<unknown> => import('@plaudit/live-room/define/player')
