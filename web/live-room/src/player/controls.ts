import { html, nothing, type TemplateResult } from 'lit'
import { CAPTIONS, FULL, icon, MUTED, PAUSE, PIP, PLAY, SETTINGS, SMALL, VOLUME } from '../base/icons.js'
import { localeOf, type Language } from '../base/words.js'
import { clockOf } from './countdown.js'
import type { DeckWords } from './deck-words.js'
import type { Playback } from './playback.js'
import { setVolume } from './volume.js'

/** What the bar needs to know and can do. */
export interface Bar {
  playback: Playback
  words: DeckWords
  language: Language
  isFull: boolean
  /** `undefined`: the stream has none. */
  captions: boolean | undefined
  hasMenu: boolean
  /** The open menu. */
  menu: unknown
  mayPip: boolean
  isPip: boolean
  mayFill: boolean
  toggle(what: 'play' | 'mute' | 'captions' | 'menu' | 'pip' | 'full'): void
}

export function bar({ playback, words, language, isFull, captions, hasMenu, menu, mayPip, isPip, mayFill, toggle }: Bar): TemplateResult {
  const { video, wanted, isBehind, live } = playback
  const silent = video.muted || video.volume === 0
  const button = (what: Parameters<typeof toggle>[0], picture: string, label: string, isOn?: boolean) =>
    html`<button class="icon ${what}" part="button" title=${label} aria-label=${label} aria-pressed=${isOn ?? nothing} @click=${() => toggle(what)}>${icon(picture)}</button>`
  const level = silent ? 0 : video.volume

  return html`${seek()}
    <div class="bar" part="controls">
      ${button('play', wanted ? PAUSE : PLAY, wanted ? words.pause : words.play)} ${live ? edge() : nothing}
      <span class="space"></span>
      <span class="volume">
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          .value=${String(level)}
          aria-label=${words.volume}
          aria-valuetext=${new Intl.NumberFormat(localeOf(language), { style: 'percent' }).format(level)}
          @input=${(event: Event) => setVolume(video, Number((event.target as HTMLInputElement).value))}
        />
        ${button('mute', silent ? MUTED : VOLUME, silent ? words.unmute : words.mute)}
      </span>
      <slot name="controls"></slot>
      ${captions === undefined ? nothing : button('captions', CAPTIONS, words.captions, captions)}
      ${hasMenu
        ? html`<button class="icon settings" part="button" title=${words.settings} aria-label=${words.settings} aria-haspopup="menu" aria-expanded=${menu !== nothing} @mousedown=${keepFocus} @click=${() => toggle('menu')}>${icon(SETTINGS)}</button>`
        : nothing}
      ${menu} ${mayPip ? button('pip', PIP, words.pip, isPip) : nothing}
      ${mayFill ? button('full', isFull ? SMALL : FULL, isFull ? words.small : words.full) : nothing}
    </div>`

  /** At the edge it only tells so. */
  function edge(): TemplateResult {
    return html`<button class="edge ${isBehind ? 'behind' : ''}" part="edge" ?disabled=${!isBehind} @click=${() => playback.toEdge()}>
      <span class="dot"></span>${isBehind ? words.toLive : words.live}
    </button>`
  }

  /** For films only. */
  function seek(): unknown {
    const { duration, currentTime } = video
    if (live || !(duration > 0 && duration < Infinity)) return nothing
    return html`<input
      class="seek"
      part="seek"
      type="range"
      min="0"
      max=${duration}
      step="any"
      .value=${String(currentTime)}
      aria-label=${words.position}
      aria-valuetext="${clockOf(currentTime)} / ${clockOf(duration)}"
      @input=${(event: Event) => (video.currentTime = Number((event.target as HTMLInputElement).value))}
    />`
  }
}

/** A click on the button must not take the focus from the menu, which would close and open it. */
const keepFocus = (event: Event): void => event.preventDefault()
