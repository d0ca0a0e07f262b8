import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** The heart to tap, the total, and hearts that rise. */
export class LiveLikes extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
