import { html, nothing } from 'lit'
import { property } from 'lit/decorators.js'
import { LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import { localeOf } from '../base/words.js'
import { register as registerHidden } from '../hidden/hidden-panel.js'
import type { LiveDanmaku } from './live-danmaku.js'
import { settingsStyles } from './settings-styles.js'
import { DEFAULTS, type DanmakuSettings } from './settings.js'
import { danmakuSettingsWords } from './settings-words.js'

/**
 * The panel in which a reader sets bullet comments. It has no frame of its own: put it into a popover.
 *
 * @tagname live-danmaku-settings
 */
export class LiveDanmakuSettings extends LiveElement {
  static override styles = [tokens, buttons, settingsStyles]

  /** The layer that is set; by default the first one beside this element. */
  @property({ attribute: false }) danmaku?: LiveDanmaku

  private target?: LiveDanmaku | undefined
  private readonly changed = (): void => this.requestUpdate()

  override connectedCallback(): void {
    super.connectedCallback()
    registerHidden()
    this.find()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.target?.removeEventListener('danmaku-change', this.changed)
    this.target = undefined
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed)
    if (this.isConnected) this.find()
  }

  /** To the first thing that can be set. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('input')?.focus())
  }

  private find(): void {
    const found = this.danmaku ?? (this.getRootNode() as ParentNode).querySelector?.<LiveDanmaku>('live-danmaku') ?? undefined
    if (found === this.target) return
    this.target?.removeEventListener('danmaku-change', this.changed)
    this.target = found
    found?.addEventListener('danmaku-change', this.changed)
  }

  private set(change: Partial<DanmakuSettings>): void {
    if (this.target) this.target.settings = change
  }

  private range(name: 'opacity' | 'fontSize' | 'speed', least: number, most: number) {
    const value = this.target!.settings[name]
    const shown = new Intl.NumberFormat(localeOf(this.language), { style: 'percent' }).format(value)
    const move = ({ target }: Event) => this.set({ [name]: (target as HTMLInputElement).valueAsNumber })
    return html`<label>
      ${this.say(danmakuSettingsWords)[name]}
      <input type="range" min=${least} max=${most} step="0.1" .value=${`${value}`} aria-valuetext=${shown} @input=${move} />
      <output aria-hidden="true">${shown}</output>
    </label>`
  }

  private choice<Name extends 'area' | 'density' | 'mode'>(name: Name, values: DanmakuSettings[Name][], labels: string[], names = labels) {
    const current = this.target!.settings[name]
    const chosen = values.findIndex(value => value === current || (name === 'density' && value >= current))
    return html`<fieldset class="row">
      <legend>${this.say(danmakuSettingsWords)[name]}</legend>
      <div class="choices">
        ${labels.map(
          (text, index) =>
            html`<label>
              <input type="radio" name=${name} aria-label=${names[index]!} .checked=${index === chosen} @change=${() => this.set({ [name]: values[index] })} />
              <span aria-hidden="true">${text}</span>
            </label>`,
        )}
      </div>
    </fieldset>`
  }

  protected override render() {
    const { target } = this
    if (!target) return nothing
    const words = this.say(danmakuSettingsWords)
    return html`
      <label class="switch">${words.show}<input type="checkbox" role="switch" .checked=${target.active} @change=${() => target.toggle()} /></label>
      ${this.range('opacity', 0.2, 1)} ${this.range('fontSize', 0.6, 1.6)} ${this.range('speed', 0.5, 2)}
      ${this.choice('area', [0.25, 0.5, 1], words.areas, words.areaNames)} ${this.choice('density', [15, 35, 80], words.densities)}
      ${this.choice('mode', ['scroll', 'top', 'bottom'], words.modes)}
      <live-hidden-panel .lang=${this.lang} .words=${this.words}></live-hidden-panel>
      <button class="quiet reset" @click=${() => this.set({ ...DEFAULTS })}>${words.reset}</button>
    `
  }
}
