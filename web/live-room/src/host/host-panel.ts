import type { GroupRules } from '@plaudit/chat'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { state } from 'lit/decorators.js'
import { live } from 'lit/directives/live.js'
import { repeat } from 'lit/directives/repeat.js'
import { CAMERA, DOWN, icon } from '../base/icons.js'
import { define, LiveElement } from '../base/live-element.js'
import { isolated } from '../base/people.js'
import { buttons, tokens } from '../base/styles.js'
import { span } from '../base/words.js'
import type { RoomModel } from '../model/room-model.js'
import type { RoomTally, RoomView } from '../model/types.js'
import { perform, said, type Deed } from './act.js'
import { queue, type Waiting } from './queue.js'
import { secondsLeft } from './rights.js'
import { tallyView } from './tally-view.js'
import { panelStyles } from './panel-styles.js'
import { WORDS } from './words.js'

const BEAT_MS = 1000
/** How often a section is asked for, in beats, while it is open and seen. Messages wait for ten seconds at most. */
const EVERY = { waiting: 1, now: 3, muted: 5, banned: 5, rules: 15 } as const
const SLOW_S = [0, 5, 10, 30, 60]
const SLOW_MAX_S = 3600
const HOLD_S = [0, 3, 5, 10]
const RATE_MAX = 10_000
const NOTICE_BYTES_MAX = 300
/** For how long it stays on the screen that something is saved. */
const SAVED_MS = 2500

type Asked = keyof typeof EVERY
type Section = Asked | 'notice'
type Sanctioned = { userId: string; until: number }[]

const bytes = (text: string): number => new TextEncoder().encode(text).length

/** The inside of `<live-host-tools>`, loaded for those who may moderate. */
export class HostPanel extends LiveElement {
  static override styles = [tokens, buttons, panelStyles]

  @state() private rules: GroupRules = {}
  @state() private tally?: RoomTally | undefined
  @state() private held: Waiting[] = []
  @state() private lists: { muted?: Sanctioned | undefined; banned?: Sanctioned | undefined } = {}
  @state() private status: Record<string, 'saving' | 'saved' | 'failed' | ''> = {}
  /** What controls were set to, until the room says so itself. */
  @state() private wished: Record<string, unknown> = {}
  /** The notice that is being written; nothing while it is as it stands. */
  @state() private draft?: string | undefined
  @state() private ownSlow = false

  private readonly open = new Set<Section>(['now', 'waiting', 'rules'])
  private seen = false
  private beats = 0
  private timer?: ReturnType<typeof setInterval>
  private eye?: IntersectionObserver

  private get w() {
    return this.say(WORDS)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.eye = new IntersectionObserver(entries => {
      this.seen = entries.at(-1)!.isIntersecting
      if (this.seen) this.look()
    })
    this.eye.observe(this)
    this.timer = setInterval(() => this.beat(), BEAT_MS)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.eye?.disconnect()
    clearInterval(this.timer)
  }

  protected override roomChanged(_room: RoomModel): (() => void)[] {
    this.rules = {}
    this.lists = {}
    this.held = []
    this.tally = this.draft = undefined
    return []
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('view' as never) || changed.has('rules' as never)) this.settle()
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('view' as never)) return
    const before = changed.get('view' as never) as typeof this.view
    if (this.view?.me.mayModerate && !before?.me.mayModerate) this.look()
  }

  // --- asking --------------------------------------------------------------------------------------------------------

  private beat(): void {
    this.beats += 1
    this.look((name, every) => this.beats % every === 0 && name in EVERY)
  }

  /** Asks for what is open, if anybody can see it. */
  private look(due: (name: Asked, every: number) => boolean = () => true): void {
    if (!this.seen || document.hidden || !this.view?.me.mayModerate || this.view.phase !== 'in') return
    for (const [name, every] of Object.entries(EVERY) as [Asked, number][]) if (this.open.has(name) && due(name, every)) void this.ask(name)
  }

  private async ask(name: Asked): Promise<void> {
    const { room } = this
    if (!room) return
    const { host } = room
    try {
      if (name === 'now') this.tally = await host.tally()
      else if (name === 'rules') this.rules = await host.rules()
      else if (name === 'waiting') {
        const list = this.renderRoot.querySelector('.held')
        this.held = queue(this.held, await host.held(), list?.matches(':hover, :focus-within') ?? false)
      } else {
        const list = await host[name]()
        this.lists = { ...this.lists, [name]: list }
      }
    } catch {
      if (name === 'now') this.tally = undefined // better none than an old one; the next beat asks again
    }
  }

  // --- doing ---------------------------------------------------------------------------------------------------------

  /** Does something that one control stands for, and says beside it how it goes. */
  private async change(key: string, wish: unknown, deed: Deed): Promise<void> {
    this.wished = { ...this.wished, [key]: wish }
    this.status = { ...this.status, [key]: 'saving' }
    const done = await perform(this, deed)
    if (this.wished[key] !== wish) return // it was set again meanwhile
    this.status = { ...this.status, [key]: done ? 'saved' : 'failed' }
    if (!done) this.settle()
    else setTimeout(() => this.status[key] === 'saved' && (this.status = { ...this.status, [key]: '' }), SAVED_MS)
  }

  private settle(): void {
    this.wished = Object.fromEntries(Object.entries(this.wished).filter(([key]) => this.status[key] === 'saving'))
  }

  private rule(change: GroupRules): void {
    const [[key, wish]] = Object.entries(change) as [[string, unknown]]
    void this.change(key, wish, { action: 'rules', detail: change, act: async () => (this.rules = await this.room!.host.rules(change)) })
  }

  private async judge(messages: readonly Waiting[], verdict: 'release' | 'remove'): Promise<void> {
    const held = messages.filter(({ gone }) => !gone).map(message => message.held)
    if (held.length === 0) return
    await perform(this, { action: verdict === 'release' ? 'release' : 'discard', detail: { held }, act: () => this.room!.host.judge(held, verdict) })
    await this.ask('waiting')
  }

  private async lift(kind: 'muted' | 'banned', userId: string): Promise<void> {
    const { host } = this.room!
    const action = kind === 'muted' ? 'unmute' : 'unban'
    await perform(this, { action, userId, act: () => (kind === 'muted' ? host.mute(userId, 0) : host.unban(userId)), done: said(this.w.done[action], isolated(this.nameOf(userId))) })
    await this.ask(kind)
    await this.updateComplete
    // The button is gone: the next one, or the section.
    if (!this.shadowRoot?.activeElement) this.renderRoot.querySelector<HTMLElement>(`#${kind} button, #${kind} summary`)?.focus()
  }

  private notice(notice: string): void {
    void this.change('notice', notice, { action: 'notice', detail: { notice }, act: async () => (await this.room!.host.setNotice(notice), (this.draft = undefined)) })
  }

  private nameOf(userId: string): string {
    return this.room?.messagesOf(userId).at(-1)?.from.nick ?? userId
  }

  // --- how it looks --------------------------------------------------------------------------------------------------

  protected override render() {
    const { view, w, room } = this
    if (!room || !view?.me.mayModerate) return nothing
    return html`<div role="group" aria-label=${w.tools}>
      ${this.section('now', this.tally ? tallyView(this.tally, w, this.language) : nothing)}
      ${this.section('waiting', this.waiting())} ${this.section('rules', this.controls())} ${this.section('notice', this.editor())}
      ${this.section('muted', this.sanctioned('muted'))} ${this.section('banned', this.sanctioned('banned'))}
      <button class="quiet devices" aria-haspopup="dialog" @click=${() => void this.testDevices()}>${icon(CAMERA)} ${w.testDevices}</button>
      <slot name="tools"></slot>
    </div>`
  }

  private async testDevices(): Promise<void> {
    const { openDeviceTest } = await import('../define/device-test.js')
    if (this.isConnected) await openDeviceTest(this)
  }

  private section(name: Section, body: unknown) {
    const toggled = ({ currentTarget }: Event) => {
      const { open } = currentTarget as HTMLDetailsElement
      if (open === this.open.has(name)) return
      if (!open) this.open.delete(name)
      else {
        this.open.add(name)
        if (name !== 'notice') void this.ask(name)
      }
      this.requestUpdate()
    }
    return html`<details part="section" id=${name} ?open=${live(this.open.has(name))} @toggle=${toggled}>
      <summary>${this.w[name]}${icon(DOWN)}</summary>
      <div class="body">${body}</div>
    </details>`
  }

  private state(key: string) {
    const status = this.status[key]
    return html`<span role="status" class=${status === 'failed' ? 'bad' : ''}>${status ? this.w[status] : ''}</span>`
  }

  private row(key: string, label: string, control: TemplateResult) {
    return html`<label class="row">${label}${control}${this.state(key)}</label>`
  }

  private toggle(key: string, label: string, on: boolean, act: (on: boolean) => void) {
    const changed = ({ target }: Event) => act((target as HTMLInputElement).checked)
    return this.row(key, label, html`<input type="checkbox" role="switch" .checked=${live(on)} @change=${changed} />`)
  }

  private choice(key: string, label: string, options: readonly (readonly [string, string])[], now: string, act: (value: string) => void) {
    const changed = ({ target }: Event) => act((target as HTMLSelectElement).value)
    return this.row(
      key,
      label,
      html`<select @change=${changed}>
        ${options.map(([value, text]) => html`<option value=${value} .selected=${live(value === now)}>${text}</option>`)}
      </select>`,
    )
  }

  /** A number from 1 to `max`, given when it is done; '' gives `null` where there is a default. */
  private number(key: string, label: string, now: number | null, max: number, act: (value: number | null) => void, placeholder = '') {
    const changed = ({ target }: Event) => {
      const input = target as HTMLInputElement
      if (input.value === '' ? placeholder !== '' : input.reportValidity()) act(input.value === '' ? null : Number(input.value))
    }
    return this.row(key, label, html`<input type="number" min="1" max=${max} step="1" placeholder=${placeholder} .value=${now === null ? '' : String(now)} @change=${changed} />`)
  }

  private seconds = (seconds: number): [string, string] => [String(seconds), seconds === 0 ? this.w.off : span(seconds, this.language, '')]

  private controls() {
    const { w, ownSlow } = this
    const { slowMode, muteAll, holdBack, guests, refuseLinks, words = '', rate = null } = { ...this.rules, ...this.view!.rules, ...this.wished } as RoomView['rules'] & GroupRules
    const among = (choices: number[], now: number) => [...new Set([...choices, now])].sort((a, b) => a - b).map(this.seconds)
    const slow = (value: string) => {
      this.ownSlow = value === 'own'
      if (!this.ownSlow) this.rule({ slowMode: Number(value) })
    }
    return html`
      ${this.toggle('muteAll', w.muteAll, muteAll, on => void this.change('muteAll', on, { action: 'mute-all', detail: { on }, act: () => this.room!.host.muteAll(on) }))}
      ${this.choice('slowMode', w.slowMode, [...among(SLOW_S, slowMode), ['own', w.custom]], ownSlow ? 'own' : String(slowMode), slow)}
      ${ownSlow ? this.number('', w.seconds, slowMode || null, SLOW_MAX_S, value => this.rule({ slowMode: value! })) : nothing}
      ${this.choice('holdBack', w.holdBack, among(HOLD_S, holdBack), String(holdBack), value => this.rule({ holdBack: Number(value) }))}
      ${this.toggle('guests', w.guests, guests, on => this.rule({ guests: on }))}
      ${this.toggle('refuseLinks', w.refuseLinks, refuseLinks, on => this.rule({ refuseLinks: on }))}
      ${this.choice('words', w.words, Object.entries(w.wordModes), words, value => this.rule({ words: value as 'off' }))}
      ${this.number('rate', w.rate, rate, RATE_MAX, rate => this.rule({ rate }), w.standard)}
    `
  }

  private waiting() {
    const { w, held, room } = this
    if (held.length === 0) return html`<p class="dim">${w.noneWaits}</p>`
    const both = (messages: readonly Waiting[], release: string, discard: string, off = false) => html`<span class="buttons">
      <button class="quiet" ?disabled=${off} @click=${() => void this.judge(messages, 'release')}>${release}</button>
      <button class="danger" ?disabled=${off} @click=${() => void this.judge(messages, 'remove')}>${discard}</button>
    </span>`
    return html`${both(held, w.releaseAll, w.discardAll)}
      <ul class="held">
        ${repeat(
          held,
          message => message.held,
          message => html`<li class="line ${message.gone ? 'gone' : ''}">
            <span><b><bdi>${message.from.nick}</bdi></b> <bdi>${message.text}</bdi></span>
            <span class="dim">${message.gone ? w.gone : this.seconds(secondsLeft(message.until, room!.now) || 1)[1]}</span>
            ${both([message], w.release, w.discard, message.gone)}
          </li>`,
        )}
      </ul>`
  }

  private editor() {
    const { w } = this
    const text = this.draft ?? this.view!.notice
    const left = NOTICE_BYTES_MAX - bytes(text)
    return html`<textarea
        rows="3"
        aria-label=${w.noticeLabel}
        .value=${live(text)}
        @input=${({ target }: Event) => (this.draft = (target as HTMLTextAreaElement).value)}
      ></textarea>
      <span class="buttons">
        <span class="dim ${left < 0 ? 'bad' : ''}">${left}</span>${this.state('notice')}
        <button ?disabled=${this.view!.notice === ''} @click=${() => this.notice('')}>${w.clear}</button>
        <button class="main" ?disabled=${left < 0 || text.trim() === '' || text === this.view!.notice} @click=${() => this.notice(text.trim())}>${w.save}</button>
      </span>`
  }

  private sanctioned(kind: 'muted' | 'banned') {
    const { w, language, room } = this
    const list = this.lists[kind]
    if (!list?.length) return html`<p class="dim">${list ? w.nobody : ''}</p>`
    const action = kind === 'muted' ? w.unmute : w.unban
    return html`<ul>
      ${repeat(
        list,
        ({ userId }) => userId,
        ({ userId, until }) => html`<li class="line">
          <span><bdi>${this.nameOf(userId)}</bdi> <span class="dim">${span(secondsLeft(until, room!.now), language, w.forEver)}</span></span>
          <button class="quiet" aria-label="${action}: ${isolated(this.nameOf(userId))}" @click=${() => void this.lift(kind, userId)}>${action}</button>
        </li>`,
      )}
    </ul>`
  }
}

export const register = (): void => define('live-host-panel', HostPanel)
