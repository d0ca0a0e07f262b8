import { html, nothing, type TemplateResult } from 'lit'
import { PLAY, icon } from '../base/icons.js'
import type { Language } from '../base/words.js'
import type { LiveStatus } from '../model/types.js'
import { countdown } from './countdown.js'
import type { Playback } from './playback.js'
import type { PlayerWords } from './words.js'

export type Cover = 'waiting' | 'over' | 'none' | 'error' | 'tap' | 'busy' | ''

/** What lies over the picture, if anything does. */
export function coverOf(playback: Playback | undefined, status: LiveStatus): Cover {
  if (status === 'waiting') return 'waiting'
  if (status === 'ended') return 'over'
  if (!playback?.lines.length) return 'none'
  const { lines, line, state, wanted, blocked, isLost } = playback
  if (isLost) return 'error'
  if (state === 'ended' && lines[line]?.kind !== 'file') return 'over'
  if (blocked || !wanted) return 'tap'
  return state === 'loading' || state === 'stalled' ? 'busy' : ''
}

/** The same for the ear. */
export function coverInWords(kind: Cover, isTrying: boolean, words: PlayerWords): string {
  const { notStarted: waiting, ended: over, none, failed, trying, loading: busy } = words
  const said: Partial<Record<Cover, string>> = { waiting, over, none, busy, error: isTrying ? `${failed}. ${trying}` : failed }
  return said[kind] ?? ''
}

export interface Situation {
  /** After a failure: it is tried again without the reader. */
  isTrying: boolean
  words: PlayerWords
  language: Language
  startsAt: number
  now: number
  calm: boolean
  play(): void
  again(): void
}

export function cover(kind: Cover, { isTrying, words, language, startsAt, now, calm, play, again }: Situation): unknown {
  switch (kind) {
    case 'waiting':
      return said(words.notStarted, starts())
    case 'over':
      return said(words.ended)
    case 'none':
      return said(words.none)
    case 'error':
      return said(words.failed, isTrying ? html`<p>${words.trying}</p>` : nothing, html`<button class="main" part="again" @click=${again}>${words.again}</button>`)
    case 'tap':
      return html`<button class="icon big" part="big-play" aria-label=${words.play} @click=${play}>${icon(PLAY)}</button>`
    case 'busy':
      return calm ? html`<p class="pill">${words.loading}</p>` : html`<span class="spinner" part="spinner"></span><span class="unseen">${words.loading}</span>`
    default:
      return nothing
  }

  function starts(): unknown {
    const begin = countdown(startsAt, now, language)
    if (!begin) return nothing
    if (begin.is === 'soon') return html`<p>${words.soon}</p>`
    return html`<p role="timer">${begin.is === 'in' ? words.startsIn(begin.text) : words.startsAt(begin.text)}</p>`
  }
}

const said = (title: string, ...more: unknown[]): TemplateResult => html`<div class="said"><p class="title">${title}</p>${more}</div>`
