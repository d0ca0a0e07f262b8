import { html, nothing, type TemplateResult } from 'lit'
import type { LiveElement } from '../base/live-element.js'
import { addStyles } from '../base/styles.js'
import { localeOf, type Language } from '../base/words.js'
import type { Kicked, Outcome, RoomView } from '../model/types.js'
import { outcomeStyles } from './outcome-styles.js'
import { outcomeWords } from './outcome-words.js'

type Say = (typeof outcomeWords)['en']

/** What the reader can do then. */
export interface Ways {
  comeBack(): void
  logIn(why: Kicked): void
  watch(): void
}

/** What lies over the room when it has let the reader go, or when his session is over. */
export class OutcomeCard {
  constructor(private readonly host: LiveElement) {
    addStyles(host, outcomeStyles)
  }

  /** `isLedTo`: its reader is brought there, and need not be called from elsewhere. */
  draw({ outcome, kicked }: RoomView, { comeBack, logIn, watch }: Ways, isLedTo: boolean): unknown {
    const say = this.host['say'](outcomeWords)
    const card = (title: string, more: string[], buttons: unknown) => drawCard(isLedTo ? 'dialog' : 'alertdialog', title, more, buttons)
    if (kicked) {
      const buttons = html`<button class="main" @click=${() => logIn(kicked)}>${say.logIn}</button>
        <button class="quiet" @click=${watch}>${say.watch}</button>`
      return card(say.kicked[kicked], [], buttons)
    }
    if (!outcome) return nothing
    const { title, more, again } = told(outcome, say, this.host['language'])
    return card(title, more, again ? html`<button class="main" @click=${comeBack}>${again}</button>` : nothing)
  }
}

const drawCard = (role: string, title: string, more: string[], buttons: unknown): TemplateResult =>
  html`<div class="outcome" role=${role} tabindex="-1" aria-label=${title} aria-description=${more.join(' ') || nothing}>
    <h3>${title}</h3>
    ${more.map(line => html`<p><bdi>${line}</bdi></p>`)} ${buttons}
  </div>`

/** In words; `again` is what the button back says, where there is one. */
function told(outcome: Outcome, say: Say, language: Language): { title: string; more: string[]; again?: string } {
  const reason = 'reason' in outcome && outcome.reason ? [say.reason(outcome.reason)] : []
  switch (outcome.why) {
    case 'dismissed':
      return { title: say.dismissed, more: [say.dismissedHint] }
    case 'removed':
      return { title: say.removed, more: reason, again: say.comeBack }
    case 'banned': {
      const when = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' })
      const until = Number.isFinite(outcome.until) ? say.bannedUntil(when.format(outcome.until)) : say.bannedForEver
      return { title: say.banned, more: [until, ...reason] }
    }
    case 'left-elsewhere':
      return { title: say.leftElsewhere, more: [], again: say.comeBack }
    case 'refused':
      return { title: say.refused, more: [`${outcome.text} (${outcome.code})`], again: say.again }
  }
}
