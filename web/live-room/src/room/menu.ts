import { html, nothing, type TemplateResult } from 'lit'
import { CALM, HIDE, LINK, MORE, SHARE, SHIELD, icon } from '../base/icons.js'
import type { LiveElement } from '../base/live-element.js'
import { addStyles } from '../base/styles.js'
import { menuStyles } from './menu-styles.js'
import { menuWords } from './menu-words.js'
import { qrOf } from './qr.js'
import { hasSystemShare } from './share.js'

/** What the menu tells and does. */
export interface Menu {
  /** What is shared. */
  url: string
  isCalm: boolean
  shareBySystem(): void
  copy(): void
  switchCalm(): void
  report(): void
  /** The menu's size has changed. */
  place(): void
}

/** What is in the menu of a room's head. */
export class RoomMenu {
  private qr?: boolean[][] | undefined
  private isHiddenShown = false

  constructor(private readonly host: LiveElement) {
    addStyles(host, menuStyles)
  }

  private async showQr({ url, place }: Menu): Promise<void> {
    this.qr = this.qr ? undefined : await qrOf(url)
    this.host.requestUpdate()
    await this.host.updateComplete
    place()
  }

  private async showHidden({ place }: Menu): Promise<void> {
    const { register } = await import('../hidden/hidden-panel.js')
    register()
    this.isHiddenShown = !this.isHiddenShown
    this.host.requestUpdate()
    await this.host.updateComplete
    place()
  }

  draw(menu: Menu): TemplateResult {
    const say = this.host['say'](menuWords)
    const { lang, words } = this.host
    const { isCalm, shareBySystem, copy, switchCalm, report } = menu
    return html`${hasSystemShare() ? html`<button @click=${shareBySystem}>${icon(SHARE)} ${say.shareSystem}</button>` : nothing}
      <button @click=${copy}>${icon(LINK)} ${say.copyLink}</button>
      <button @click=${() => this.showQr(menu)} aria-expanded=${this.qr !== undefined}>${icon(MORE)} ${say.qr}</button>
      ${this.qr ? qrPicture(this.qr, say.qrOf) : nothing}
      <button @click=${() => this.showHidden(menu)} aria-expanded=${this.isHiddenShown}>${icon(HIDE)} ${say.hidden}</button>
      ${this.isHiddenShown ? html`<live-hidden-panel .lang=${lang} .words=${words}></live-hidden-panel>` : nothing}
      <button @click=${switchCalm} aria-pressed=${isCalm}>${icon(CALM)} ${isCalm ? say.allowMotion : say.stopMotion}</button>
      <button @click=${report}>${icon(SHIELD)} ${say.report}</button>`
  }
}

function qrPicture(rows: boolean[][], label: string): TemplateResult {
  const quiet = 4
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x + quiet} ${y + quiet}h1v1h-1z`] : [])))
  const size = rows.length + 2 * quiet
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges"><path d=${dark.join('')} /></svg>`
}
