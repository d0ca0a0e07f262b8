import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** The video, with controls of its own. */
export class LivePlayer extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
