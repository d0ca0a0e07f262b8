import { html } from 'lit'
import { repeat } from 'lit/directives/repeat.js'

/** A sentence stays long enough for every screen reader to take it up, and is gone before somebody reading the page walks into it. */
const KEPT_MS = 5000

/**
 * Where sentences for screen readers are put. The rows themselves are not a live region: of a row readers take up its
 * pieces, in any order, and take it up again when it changes.
 */
export class Voice {
  private sentences: { key: number; text: string; until: number }[] = []
  private keys = 0

  tell(text: string, now: number): void {
    this.sentences.push({ key: ++this.keys, text, until: now + KEPT_MS })
  }

  /** When something here ends; 0: there is nothing. */
  get dueAt(): number {
    return this.sentences[0]?.until ?? 0
  }

  draw(now: number): unknown {
    this.sentences = this.sentences.filter(({ until }) => until > now)
    return html`<div class="unseen" id="voice" aria-live="polite">
      ${repeat(
        this.sentences,
        ({ key }) => key,
        ({ text }) => html`<p>${text}</p>`,
      )}
    </div>`
  }
}
