import { ContextProvider } from '@lit/context'
import { css, html, type PropertyValues } from 'lit'
import { property } from 'lit/decorators.js'
import { liveContext } from '../base/context.js'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'
import type { GiftKind } from '../model/types.js'

/** A whole live room. */
export class LiveRoom extends LiveElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        background: var(--_bg);
      }
    `,
  ]

  /** Only the elements inside it are shown: it gives them the room. */
  @property({ type: Boolean }) bare = false

  @property({ attribute: false }) gifts: readonly GiftKind[] = []

  private readonly provider = new ContextProvider(this, { context: liveContext })

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    const { room, language, words, calm, gifts } = this
    const value = this.provider.value
    if (value?.room === room && value?.language === language && value?.words === words && value?.calm === calm && value?.gifts === gifts) return
    this.provider.setValue({ ...(room && { room }), language, words, calm, gifts })
  }

  protected override render() {
    if (this.bare) return html`<slot></slot>`
    return html`<live-player></live-player><live-danmaku></live-danmaku><live-gifts></live-gifts><live-likes></live-likes
      ><live-audience></live-audience><live-chat></live-chat><live-host-tools></live-host-tools>`
  }
}
