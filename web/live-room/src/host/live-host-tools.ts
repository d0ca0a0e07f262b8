import { html, nothing, type PropertyValues } from 'lit'
import { LiveElement } from '../base/live-element.js'
import { tokens } from '../base/styles.js'

/**
 * What hosts and moderators run a room with. Shows nothing to those who may not moderate, and loads the tools for those
 * who may only.
 *
 * @tagname live-host-tools
 * @slot tools - The page's own tools, below the others.
 * @csspart section - One group of tools.
 * @fires moderated - Something was done: `{ action, userId?, detail }`. Also told by the menus about persons.
 * @fires device-test-done - The camera and the microphone were checked, from the button below the tools. See `live-device-test`.
 * @fires live-toast - A short word for the reader, where no `<live-room>` is around it.
 */
export class LiveHostTools extends LiveElement {
  static override styles = [tokens]

  protected override updated(_changed: PropertyValues): void {
    if (this.view?.me.mayModerate) void import('./host-panel.js').then(({ register }) => register(), console.warn)
  }

  protected override render() {
    const { room, lang, words } = this
    if (!room || !this.view?.me.mayModerate) return nothing
    return html`<live-host-panel .room=${room} .lang=${lang} .words=${words} exportparts="section"><slot name="tools" slot="tools"></slot></live-host-panel>`
  }
}
