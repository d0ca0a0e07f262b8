import { html } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/** Bullet comments that pass over a picture. */
export class LiveDanmaku extends LiveElement {
  static override styles = [tokens]

  protected override render() {
    return html``
  }
}
