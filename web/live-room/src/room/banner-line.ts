import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { Banner } from './banner.js'
import type { words } from './words.js'

type Say = (typeof words)['en']

/** The countdown is seen, not read out each second: what is read out changes only with the kind. */
export function bannerLine(banner: Banner | undefined, say: Say, retryNow: () => void): TemplateResult {
  return html`${banner
      ? keyed(
          banner.kind,
          html`<p class="banner ${banner.kind}" part="banner">
            <span>${told(banner, say)}</span>
            ${banner.kind === 'reconnecting' ? html`<button @click=${retryNow}>${say.retryNow}</button>` : nothing}
          </p>`,
        )
      : nothing}
    <div class="unseen" aria-live="polite">${banner ? told(banner.kind === 'reconnecting' ? { ...banner, attempt: 0, seconds: 0 } : banner, say) : nothing}</div>`
}

const told = (banner: Banner, say: Say): string => (banner.kind === 'reconnecting' ? say.reconnecting(banner.attempt, banner.seconds) : say[banner.kind])
