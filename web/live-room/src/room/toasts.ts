import { css, html, LitElement } from 'lit'
import { property, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { CLOSE, icon } from '../base/icons.js'
import { buttons, tokens } from '../base/styles.js'
import type { Toast } from '../base/toast.js'

/** Long enough to read, and to take back what was done. */
const SHOWN_MS = 6000
/** Keys take it back for longer: whoever hears of it stands somewhere else. */
const UNDO_MS = 60_000
const TOGETHER_MAX = 3
const UNDO_KEYS = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '') ? '⌘Z' : 'Ctrl+Z'

/** Short words to the reader, above everything else of the room. Errors stay until they are closed. */
export class LiveToasts extends LitElement {
  static override styles = [
    tokens,
    buttons,
    css`
      :host {
        position: absolute;
        inset-inline: 0;
        inset-block-end: 76px;
        z-index: 40;
        display: grid;
        justify-items: center;
        gap: 6px;
        padding-inline: 12px;
        pointer-events: none;
      }
      p {
        pointer-events: auto;
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 0;
        max-inline-size: 100%;
        padding: 4px 4px 4px 14px;
        border-radius: var(--_radius);
        background: #1d1726;
        color: #fff;
        box-shadow: 0 6px 24px rgb(0 0 0 / 0.35);
        overflow-wrap: anywhere;
      }
      p.error {
        box-shadow: inset 3px 0 #ff9b90, 0 6px 24px rgb(0 0 0 / 0.35);
      }
      button.quiet {
        color: #ffb3cf;
      }
    `,
  ]

  @property({ attribute: false }) closeWord = ''
  @state() private shown: Toast[] = []
  /** The newest one, for screen readers; none of the others is read again when it goes. */
  @state() private told?: Toast | undefined
  private last?: { toast: Toast; until: number } | undefined

  show(toast: Toast): void {
    if (toast.undo) this.last = { toast, until: Date.now() + UNDO_MS }
    this.told = toast
    this.shown = [...this.shown.filter(({ text }) => text !== toast.text), toast].slice(-TOGETHER_MAX)
    if (!toast.isError) setTimeout(() => this.close(toast), SHOWN_MS)
  }

  private close(toast: Toast): void {
    this.shown = this.shown.filter(other => other !== toast)
    if (this.told === toast) this.told = undefined
  }

  private undo(toast: Toast): void {
    if (this.last?.toast === toast) this.last = undefined
    this.close(toast)
    void toast.undo?.act()
  }

  /** Ctrl+Z (⌘Z) in the room takes back what was done last; where somebody writes it is the browser's. */
  keyPressed(event: KeyboardEvent): void {
    const { last } = this
    const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
    if (!isUndo || !last || Date.now() > last.until || (event.composedPath()[0] as Element).matches('input, textarea, [contenteditable]')) return
    event.preventDefault()
    this.undo(last.toast)
  }

  protected override render() {
    const line = (toast: Toast) => html`<p class=${toast.isError ? 'error' : ''}>
      <bdi>${toast.text}</bdi>
      ${toast.undo
        ? html`<button class="quiet" title=${UNDO_KEYS} aria-keyshortcuts="Control+Z Meta+Z" @click=${() => this.undo(toast)}>${toast.undo.label}</button>`
        : ''}
      <button class="icon" aria-label=${this.closeWord} @click=${() => this.close(toast)}>${icon(CLOSE)}</button>
    </p>`
    const { shown, told } = this
    return html`${shown.filter(({ isError }) => !isError).map(line)} ${shown.filter(({ isError }) => isError).map(line)}
      <div class="unseen" aria-live="polite">${told?.isError ? '' : spoken(told)}</div>
      <div class="unseen" aria-live="assertive">${told?.isError ? spoken(told) : ''}</div>`
  }
}

/** One sentence, with the keys: whoever hears it is far from the button. */
const spoken = (toast?: Toast): unknown => toast && keyed(toast, html`<p>${toast.text}${toast.undo ? `. ${toast.undo.label}: ${UNDO_KEYS}` : ''}</p>`)
