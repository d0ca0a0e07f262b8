import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** Banners for gifts that were given, and the panel to give one. */
export class LiveGifts extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
