import { css, html, LitElement } from 'lit'
import { property, state } from 'lit/decorators.js'
import { CLOSE, icon } from '../base/icons.js'
import { buttons, tokens } from '../base/styles.js'
import type { Toast } from '../base/toast.js'

/** Long enough to read, and to take back what was done. */
const SHOWN_MS = 6000
const TOGETHER_MAX = 3

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

  show(toast: Toast): void {
    this.shown = [...this.shown.filter(({ text }) => text !== toast.text), toast].slice(-TOGETHER_MAX)
    if (!toast.isError) setTimeout(() => this.close(toast), SHOWN_MS)
  }

  private close(toast: Toast): void {
    this.shown = this.shown.filter(other => other !== toast)
  }

  protected override render() {
    const line = (toast: Toast) => html`<p class=${toast.isError ? 'error' : ''}>
      <bdi>${toast.text}</bdi>
      ${toast.undo
        ? html`<button class="quiet" @click=${() => (this.close(toast), void toast.undo?.act())}>${toast.undo.label}</button>`
        : ''}
      <button class="icon" aria-label=${this.closeWord} @click=${() => this.close(toast)}>${icon(CLOSE)}</button>
    </p>`
    return html`<div role="status">${this.shown.filter(({ isError }) => !isError).map(line)}</div>
      <div role="alert">${this.shown.filter(({ isError }) => isError).map(line)}</div>`
  }
}
