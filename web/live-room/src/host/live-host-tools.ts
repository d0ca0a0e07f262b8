import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** What hosts and moderators run a room with. */
export class LiveHostTools extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
