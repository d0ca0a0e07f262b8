import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** The list of what is said, and the box to say something. */
export class LiveChat extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
