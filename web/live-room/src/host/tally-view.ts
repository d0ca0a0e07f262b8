import { html, svg } from 'lit'
import { compact, type Language } from '../base/words.js'
import type { RoomTally } from '../model/types.js'
import { causes, counts, segments, type Fate } from './tally.js'
import type { WORDS } from './words.js'

/** What became of the messages of the last minute. Drawn as SVG: its widths are attributes, which a strict policy allows. */
export function tallyView(tally: RoomTally, words: (typeof WORDS)['en'], language: Language) {
  const number = (count: number) => compact(count, language)
  const parts = segments(tally)
  if (parts.length === 0) return html`<p class="dim">${words.quiet}</p>`
  const all = counts(tally)
  const swatch = (fate: Fate) => html`<svg viewBox="0 0 9 9" aria-hidden="true">${svg`<circle class=${fate} cx="4.5" cy="4.5" r="4.5" />`}</svg>`
  const named = (Object.keys(all) as Fate[]).map(fate => `${words.fates[fate]} ${number(all[fate])}`)
  return html`<p>${words.offered(number(tally.offered))}</p>
    <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label=${named.join(', ')}>
      ${parts.map(({ fate, from, width }) => svg`<rect class=${fate} x=${from} width=${width} height="1" />`)}
    </svg>
    <dl>
      ${(Object.keys(all) as Fate[]).map(
        fate => html`${swatch(fate)}
          <dt>${words.fates[fate]}</dt>
          <dd>${number(all[fate])}</dd>
          ${causes(tally)
            .filter(its => its.fate === fate)
            .map(
              ({ cause, count }) =>
                html`<dt class="dim">${(Object.hasOwn(words.causes, cause) && words.causes[cause]) || cause}</dt>
                  <dd class="dim">${number(count)}</dd>`,
            )}`,
      )}
    </dl>`
}
