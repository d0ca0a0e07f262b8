import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** How many are here, and who. */
export class LiveAudience extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
