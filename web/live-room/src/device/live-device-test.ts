import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import { ALERT, CAMERA, CHECK, icon } from '../base/icons.js'
import { LiveElement } from '../base/live-element.js'
import { isolated } from '../base/people.js'
import { buttons, tokens } from '../base/styles.js'
import { localeOf } from '../base/words.js'
import type { RoomModel } from '../model/room-model.js'
import type { Captured } from './capture.js'
import { loudness } from './hearing.js'
import { resultOf, type Step } from './steps.js'
import { deviceStyles } from './styles.js'
import { canChooseSpeaker } from './tone.js'
import { Trial } from './trial.js'
import { PARTS, type Choice, type DeviceTestResult, type Kind, type Part } from './types.js'
import { deviceWords } from './words.js'

/** For how long a page may be out of sight before camera and microphone are switched off. */
const HIDDEN_MS = 30_000

/**
 * Whether camera, microphone, speaker, browser and connection work, before somebody goes live. Needs no room; with one,
 * it asks the server too. Sends nothing, keeps only which devices were chosen, and switches everything off when it ends,
 * leaves the page, or is out of sight for half a minute.
 *
 * @tagname live-device-test
 * @fires device-change - `{kind, deviceId, label}`: a camera, microphone or speaker was chosen, or takes the place of one that is gone.
 * @fires device-test-done - `{camera, microphone, speaker, browser, connection}`, each `{state, reason?, deviceId?, label?}`: what `result` says when Done was pressed.
 * @csspart card - One thing that is tested.
 * @csspart preview - What the camera sees.
 * @csspart meter - The level of the microphone.
 */
export class LiveDeviceTest extends LiveElement {
  static override styles = [tokens, buttons, deviceStyles]

  private hiddenFor?: ReturnType<typeof setTimeout>
  private readonly trial = this.makeTrial()

  /** What is known so far, for each part `{state, reason?, deviceId?, label?}`: `ok`, `failed`, or `skipped` as long as it was not tested. */
  get result(): DeviceTestResult {
    return resultOf(this.trial.test)
  }

  /** As if Start was pressed. Call it where somebody has pressed something, or the browser lets nobody listen. */
  async start(): Promise<void> {
    const { phase } = this.trial.test
    if (phase === 'testing') return
    const begun = this.trial.start(this.connected, phase === 'paused' ? 'resumed' : 'started')
    this.focusOn('h2')
    await begun
  }

  /** Switches everything off and forgets what was found. */
  stop(): void {
    this.trial.stop()
  }

  /** The button to go on with. */
  override focus(): void {
    this.focusOn('button.main')
  }

  private makeTrial(): Trial {
    const element = this
    return new Trial({
      get isCalm() {
        return element.calm
      },
      changed: () => this.requestUpdate(),
      deviceChanged: (kind: Kind, { deviceId, label }: Choice) => this.emit('device-change', { kind, deviceId, label }),
      nameless: (kind: Kind, number: number) => this.w.nameless[kind](number),
    })
  }

  /** The room whose connection can be tested: guests have nothing to ask the server. */
  private get connected(): RoomModel | undefined {
    return this.view?.me.loggedIn ? this.room : undefined
  }

  private get w() {
    return this.say(deviceWords)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('visibilitychange', this.visibilityChanged)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.visibilityChanged)
    clearTimeout(this.hiddenFor)
    queueMicrotask(() => this.isConnected || this.trial.stop())
  }

  private readonly visibilityChanged = () => {
    clearTimeout(this.hiddenFor)
    if (document.hidden && this.trial.test.phase === 'testing') this.hiddenFor = setTimeout(() => this.trial.pause(), HIDDEN_MS)
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    this.trial.roomIs(this.connected)
  }

  private focusOn(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus())
  }

  private finish(): void {
    this.trial.finish()
    this.emit('device-test-done', this.result)
    this.focusOn('h2')
  }

  // --- how it looks ----------------------------------------------------------------------------------------------------

  protected override render() {
    const { w, trial } = this
    const { phase } = trial.test
    const main = { idle: w.start, testing: w.done, paused: w.goOn, done: w.restart }[phase]
    return html`<div class="frame ${phase}" role="group" aria-labelledby="title">
      <h2 id="title" tabindex="-1">${w.title}</h2>
      <div id="about">${this.about()}</div>
      ${phase === 'testing' ? html`<div class="cards">${this.camera()} ${this.microphone()} ${this.speaker()} ${this.browser()} ${this.connection()}</div>` : nothing}
      <footer><button class="main" aria-describedby="about" @click=${phase === 'testing' ? this.finish : this.start}>${main}</button></footer>
    </div>`
  }

  private about(): TemplateResult {
    const { w } = this
    switch (this.trial.test.phase) {
      case 'idle':
      case 'testing':
        return html`<p class="dim">${w.intro}</p>`
      case 'paused':
        return html`<p role="status">${w.paused}</p>`
      case 'done':
        return this.summary()
    }
  }

  private summary(): TemplateResult {
    const { w, result } = this
    const parts = PARTS.filter(part => result[part].reason !== 'no-room')
    const list = new Intl.ListFormat(localeOf(this.language), { type: 'conjunction' })
    const those = (state: string) => list.format(parts.filter(part => result[part].state === state).map(part => w.inLists[part]))
    const line = (state: string, say: (parts: string) => string) => (those(state) ? html`<p class=${state}>${say(those(state))}</p>` : nothing)
    return html`<div class="summary">
      ${those('failed') ? line('ok', w.ready) : those('ok') ? html`<p class="ok">${w.allReady}</p>` : nothing} ${line('failed', w.notReady)} ${line('skipped', w.untested)}
      <ul>
        ${parts.map(part => {
          const { state, reason, label } = result[part]
          return html`<li class=${state}>
            ${state === 'skipped' ? html`<span class="mark"></span>` : icon(state === 'ok' ? CHECK : ALERT)}
            <div>
              <b>${w.parts[part]}</b><span class="state">${w.states[state]}</span>
              ${label ? html`<bdi class="dim">${label}</bdi>` : nothing}
              ${state === 'failed' ? html`${w.reasons[part]?.[reason!]?.map(line => html`<span>${line}</span>`)}` : nothing}
            </div>
          </li>`
        })}
      </ul>
      <p class="dim">${w.nothingSent}</p>
    </div>`
  }

  private card(part: Part, inside: unknown, { waiting, ok }: { waiting: string; ok: string }, more: unknown = nothing): TemplateResult {
    const { w } = this
    const step = this.trial.test.steps[part]
    const { state, insteadOf } = step
    return html`<section class="card ${part} ${state}" part="card" aria-labelledby=${part}>
      <h3 id=${part}>${w.parts[part]}</h3>
      <span class="state">${state === 'ok' ? icon(CHECK) : isBad(step) ? icon(ALERT) : nothing}${part === 'speaker' && state === 'testing' ? '' : w.states[state]}</span>
      ${inside}
      <p class="told" role="status">
        ${insteadOf ? html`<span>${w.instead(isolated(insteadOf))}</span>` : nothing}
        ${isBad(step) ? this.advice(part, step) : html`<span>${state === 'asking' ? w.asking : state === 'ok' ? ok : waiting}</span>`}
      </p>
      ${isBad(step) && (part === 'camera' || part === 'microphone') ? html`<button class="edged" @click=${() => this.retry(part)}>${w.retry}<span class="unseen">: ${w.parts[part]}</span></button>` : nothing}
      ${more}
    </section>`
  }

  private advice(part: Part, { reason }: Step) {
    const [what, next] = this.w.reasons[part]?.[reason!] ?? []
    return html`<b>${what}</b> <span>${next}</span>`
  }

  /** The button goes with what was wrong: what it belongs to takes the focus. */
  private retry(part: Captured): void {
    void this.trial.again(part)
    void this.updateComplete.then(() => this.shadowRoot?.activeElement ?? this.focusOn(`.${part} select, h2`))
  }

  private select(kind: Kind, first: unknown = nothing) {
    const { trial, w } = this
    const { deviceId = '' } = trial.test.steps[kind]
    const choices = trial.lists[kind]
    if (choices.length === 0) return nothing
    const choose = ({ target }: Event) => void trial.choose(kind, (target as HTMLSelectElement).value)
    return html`<select aria-label=${w.parts[kind]} @change=${choose}>
      ${first} ${choices.map(choice => html`<option value=${choice.deviceId} .selected=${live(choice.deviceId === deviceId)}>${choice.label}</option>`)}
    </select>`
  }

  private camera() {
    const { w, trial } = this
    const { video, sight } = trial.eyes!
    const { state } = trial.test.steps.camera
    const isOn = state === 'testing' || state === 'ok' || state === 'failed'
    video.setAttribute('part', 'preview')
    video.setAttribute('aria-label', w.preview)
    const { videoWidth: width, videoHeight: height } = video
    const rate = sight.framesPerS === undefined ? '' : new Intl.NumberFormat(localeOf(this.language)).format(sight.framesPerS)
    return this.card(
      'camera',
      html`<div class="preview">${isOn ? video : icon(CAMERA)}${isOn && width > 0 ? html`<span class="facts">${w.picture(width, height, rate)}</span>` : nothing}</div>
        ${this.select('camera')}`,
      { waiting: w.waiting, ok: w.seen },
    )
  }

  private microphone() {
    const { w, trial } = this
    // Spoken in steps: a meter that is told at every beat is noise.
    const told = Math.round(trial.meter / 10) * 10
    const { state } = trial.test.steps.microphone
    return this.card(
      'microphone',
      html`${this.select('microphone')}
        <div
          class="meter"
          part="meter"
          role="meter"
          aria-label=${w.level}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${told}
          aria-valuetext=${w.loudness[loudness(told)]}
          ?hidden=${state === 'asking' || state === 'lost'}
          .style=${`--_level:${trial.meter}%`}
        ></div>`,
      { waiting: w.speak, ok: w.heard },
    )
  }

  private speaker() {
    const { w, trial } = this
    const { deviceId } = trial.test.steps.speaker
    const hasOwnList = 'selectAudioOutput' in (navigator.mediaDevices ?? {})
    const isListed = trial.lists.speaker.some(choice => choice.deviceId === 'default')
    const system = isListed ? nothing : html`<option value="" .selected=${live(!deviceId)}>${w.systemSpeaker}</option>`
    return this.card(
      'speaker',
      html`${canChooseSpeaker() ? this.select('speaker', system) : nothing}
        ${canChooseSpeaker() && hasOwnList ? html`<button class="quiet" @click=${() => trial.chooseSpeaker()}>${w.otherSpeaker}</button>` : nothing}
        <button class="edged play" aria-disabled=${trial.tone === 'playing'} @click=${() => trial.playTone()}>${trial.tone === 'playing' ? w.playing : w.play}</button>`,
      { waiting: trial.tone === 'asking' ? w.question : w.soft, ok: w.youHeard },
      trial.tone === 'asking'
        ? html`<span class="answers" role="group" aria-label=${w.question}>
            <button class="edged" @click=${() => this.answer(true)}>${w.yes}</button>
            <button class="edged" @click=${() => this.answer(false)}>${w.no}</button>
          </span>`
        : nothing,
    )
  }

  /** The buttons are gone then; the one to play it again is next. */
  private answer(isHeard: boolean): void {
    this.trial.answer(isHeard)
    this.focusOn('.play')
  }

  private browser() {
    const { w } = this
    const all = Object.entries(this.trial.abilities ?? {}) as [keyof typeof w.abilities, boolean][]
    const rows = all.map(([name, has]) => {
      const told = has ? w.has : name === 'screen' ? w.noScreen : w.lacks
      return html`<li class=${has ? 'ok' : name === 'screen' ? '' : 'failed'}>${has ? icon(CHECK) : name === 'screen' ? html`<span class="mark"></span>` : icon(ALERT)}<span>${w.abilities[name]}<span class=${has ? 'unseen' : ''}>: ${told}</span></span></li>`
    })
    return this.card('browser', html`<ul class="abilities">${rows}</ul>`, { waiting: '', ok: w.able })
  }

  private connection() {
    if (!this.connected) return nothing
    const { w, trial } = this
    const ms = trial.tripMs === undefined ? '' : new Intl.NumberFormat(localeOf(this.language), { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 }).format(Math.max(1, trial.tripMs))
    return this.card('connection', nothing, { waiting: w.travelling, ok: w.trip(ms) }, html`<p class="dim">${w.bandwidth}</p>`)
  }
}

const isBad = ({ state }: Step): boolean => state === 'failed' || state === 'lost'
