import { html, type TemplateResult } from 'lit'
import { localeOf, type Language } from '../base/words.js'
import type { DeckWords } from './deck-words.js'
import { namesOf, qualitiesOf } from './lines.js'
import type { Playback } from './playback.js'

interface Section {
  label: string
  items: { label: string; isOn: boolean; choose(): void }[]
}

/** What there is to choose: lines, and the qualities of this line (lines of the same name, or those inside the stream). */
export function sectionsOf(playback: Playback, words: DeckWords, language: Language): Section[] {
  const { lines, line, engine } = playback
  const number = new Intl.NumberFormat(localeOf(language))
  const names = namesOf(lines, line)
  const choices = qualitiesOf(lines, line).map(({ quality, line: other }) => ({ label: quality, isOn: other === line, choose: () => playback.use(other) }))
  const inside = engine?.qualities ?? []
  if (engine && inside.length > 1) {
    ;[-1, ...inside.keys()].forEach(index =>
      choices.push({ label: inside[index] ?? words.auto, isOn: engine.quality === index, choose: () => (engine.quality = index) }),
    )
  }
  const sections = [
    {
      label: words.line,
      items: names.map(({ name, line: other }, index) => ({
        label: name ?? words.lineNumber(number.format(index + 1)),
        isOn: other === line,
        choose: () => playback.use(other),
      })),
    },
    { label: words.quality, items: choices },
  ]
  return sections.filter(({ items }) => items.length > 1)
}

/** A menu above the button that has opened it. `close` is told whether the focus should go back there. */
export function menu(sections: Section[], label: string, close: (back: boolean) => void): TemplateResult {
  const onKey = (event: KeyboardEvent) => {
    const items = [...(event.currentTarget as Element).querySelectorAll('button')]
    const at = items.indexOf(event.target as HTMLButtonElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (to !== undefined) items.at(to % items.length)?.focus()
    else if (event.key === 'Escape') close(true)
    else {
      if (event.key === 'Tab') close(true)
      return // the player's own shortcuts, and the browser's
    }
    event.preventDefault()
    event.stopPropagation()
  }
  const onBlur = (event: FocusEvent) => {
    if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) close(false)
  }
  return html`<div class="menu" part="menu" role="menu" aria-label=${label} @keydown=${onKey} @focusout=${onBlur}>
    ${sections.map(
      ({ label: name, items }) => html`<div role="group" aria-label=${name}>
        <div class="name" aria-hidden="true">${name}</div>
        ${items.map(
          ({ label: text, isOn, choose }) =>
            html`<button role="menuitemradio" tabindex="-1" aria-checked=${isOn} @click=${() => (choose(), close(true))}><bdi>${text}</bdi></button>`,
        )}
      </div>`,
    )}
  </div>`
}
