import { html, nothing } from 'lit'
import { property, query, state } from 'lit/decorators.js'
import { keep, readKept } from '../base/kept.js'
import { LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import { toast } from '../base/toast.js'
import { hidden, isHidden } from '../hidden/hidden.js'
import type { RoomModel } from '../model/room-model.js'
import type { RoomMessage } from '../model/types.js'
import type { Mode } from './lanes.js'
import { Layer, type Shown } from './layer.js'
import type { LiveDanmakuSettings } from './live-danmaku-settings.js'
import { lineOf, readSettings, type DanmakuSettings } from './settings.js'
import { danmakuStyles } from './styles.js'
import { danmakuWords } from './words.js'

const KEY = 'plaudit-danmaku'
const PRIORITY = { Lowest: 0, Low: 1, Normal: 2, High: 3 }
const HOST = 4
const MINE = 5
/** Between the bullet that is pointed at and its actions. */
const GRACE_MS = 300

/** A comment of the page's own. */
export interface DanmakuText {
  text: string
  /** Said by the reader: with an outline. */
  mine?: boolean
  /** Said by the host: coloured, with a mark. */
  host?: boolean
  /** Where; by default as the reader has chosen. One that stands waits for a row without others. */
  mode?: Mode
  priority?: RoomMessage['priority']
}

/**
 * Bullet comments that pass over a picture: what is said in the room, on a layer that fills the element around it and lets
 * clicks through. It is hidden from screen readers: the chat has the same words. Pointing at a comment holds it and offers
 * what can be done about it.
 *
 * @tagname live-danmaku
 * @fires danmaku-change - The reader has changed something: `{ active, settings }`.
 * @fires report - He wants to report what somebody said: `{ person, message }`.
 * @csspart layer - What the comments are in.
 * @csspart actions - What can be done about a comment.
 * @cssprop --lr-danmaku-font-size - Size of the letters, before the reader's choice. Default: grows with the picture.
 * @cssprop --lr-danmaku-font-weight - Default: 600.
 * @cssprop --lr-danmaku-color - Default: white.
 * @cssprop --lr-danmaku-shadow - A `text-shadow` that keeps letters readable on any picture.
 * @cssprop --lr-danmaku-host-color - Letters of the host.
 * @cssprop --lr-danmaku-own-color - The line around what the reader said.
 */
export class LiveDanmaku extends LiveElement {
  static override styles = [tokens, buttons, danmakuStyles]

  /** The bullet whose row stands. */
  @state() private held?: { shown: Shown; node: Element; row: number } | undefined

  @query('.layer') private box!: HTMLElement
  @query('.actions') private actions!: HTMLElement | null
  private layer?: Layer
  private kept = readSettings(readKept(KEY))
  private told = ''
  private leaving: ReturnType<typeof setTimeout> | undefined
  private readonly watch = globalThis.ResizeObserver && new ResizeObserver(() => this.fit())

  /** What the reader has chosen, kept in his browser (`plaudit-danmaku`). Giving a part of it changes that part. */
  @property({ attribute: false })
  get settings(): DanmakuSettings {
    return this.kept
  }
  set settings(change: Partial<DanmakuSettings>) {
    this.kept = readSettings({ ...this.kept, ...change })
    keep(KEY, this.kept)
  }

  /** Are comments shown? Off by default where motion is unwanted; what the reader says himself holds. */
  get active(): boolean {
    return this.kept.on ?? !this.calm
  }

  /** Shows or hides the comments, for good. */
  toggle(on = !this.active): void {
    this.settings = { on }
  }

  /** Shows a comment of the page's own. */
  add({ text, mine = false, host = false, mode, priority = 'Normal' }: DanmakuText): void {
    this.offer({ text, mine, host, mode: mode ?? this.kept.mode, priority: mine ? MINE : host ? HOST : (PRIORITY[priority] ?? PRIORITY.Normal) })
  }

  /** Takes all comments away. */
  clear(): void {
    this.letGo()
    this.layer?.clear()
  }

  /** Makes the panel in which it is set, loaded when it is first asked for. It has no frame: put it into a popover. */
  async settingsPanel(): Promise<LiveDanmakuSettings> {
    await import('../define/danmaku-settings.js')
    return Object.assign(document.createElement('live-danmaku-settings'), { danmaku: this })
  }

  protected override roomChanged(room: RoomModel): (() => void)[] {
    return [
      room.on('messages', messages => messages.forEach(message => this.said(message))),
      room.on('changed', changed => {
        const gone = changed.filter(({ removed, delivery }) => removed || delivery === 'failed')
        if (gone.length > 0) this.drop(({ message }) => gone.includes(message!))
      }),
      room.on('line', line => {
        if (line.kind === 'put-out') this.drop(({ person }) => line.people.some(({ userId }) => userId === person?.userId))
      }),
      hidden.onChange(() => this.drop(({ message }) => message !== undefined && isHidden(message))),
      () => this.clear(),
    ]
  }

  private said(message: RoomMessage): void {
    const { kind, text, from, mine, earlier, stale, priority, removed } = message
    if (kind !== 'text' || earlier || stale || removed || isHidden(message)) return
    const host = from.role === 'owner'
    this.offer({ text, mine, host, mode: this.kept.mode, priority: mine ? MINE : host ? HOST : PRIORITY[priority], person: from, message })
  }

  private offer(shown: Omit<Shown, 'width'>): void {
    const text = lineOf(shown.text)
    if (text && this.active) this.layer?.add({ ...shown, text: shown.host ? `★ ${text}` : text })
  }

  private drop(which: (shown: Shown) => boolean): void {
    if (this.held && which(this.held.shown)) this.letGo()
    this.layer?.remove(which)
  }

  // --- life ----------------------------------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('visibilitychange', this.seen)
    if (this.layer) this.watch.observe(this.box)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.seen)
    this.watch.disconnect()
    this.clear()
  }

  private readonly seen = (): void => {
    this.letGo()
    if (document.hidden) this.layer?.sleep()
    else this.layer?.wake()
  }

  protected override firstUpdated(): void {
    this.layer = new Layer(this.box)
    this.watch.observe(this.box)
    if (document.hidden) this.layer.sleep()
  }

  protected override updated(): void {
    const { active, kept } = this
    const now = JSON.stringify([active, kept])
    if (now === this.told) return
    if (this.told) this.emit('danmaku-change', { active, settings: kept })
    this.told = now
    this.setStyle({ scale: kept.fontSize, opacity: kept.opacity })
    this.fit()
    if (!active) this.clear()
  }

  /** As properties: a strict policy lets no style attribute pass. */
  private setStyle(values: Record<string, string | number>): void {
    for (const name in values) this.style.setProperty(`--_${name}`, `${values[name]}`)
  }

  private fit(): void {
    this.layer?.fit(this.box.clientWidth, this.box.clientHeight, this.kept)
    if (this.held && !this.layer?.at(this.held.node)) this.letGo()
  }

  // --- what can be done about a comment ------------------------------------------------------------------------------

  /** A bullet that flies under a mouse that rests is not meant. */
  private pointed(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && (event.movementX || event.movementY)) this.hold(event)
  }

  private hold({ target, clientX }: MouseEvent): void {
    const node = (target as Element).closest('.bullet')
    const flight = node && this.layer?.at(node)
    if (!flight || this.held?.node === node) return
    this.letGo()
    this.layer!.hold(flight.row)
    const { left, width, height } = this.box.getBoundingClientRect()
    const { line } = this.layer!
    const share = Math.min(1, Math.max(0, (clientX - left) / width)) * 100
    const above = (flight.row + 3) * line > height
    this.setStyle({ x: `${share}%`, dx: `${-share}%`, y: `${(flight.row + (above ? 0 : 1)) * line}px`, dy: above ? '-100%' : '0%' })
    this.held = { shown: flight.bullet, node, row: flight.row }
    document.addEventListener('pointerdown', this.elsewhere)
    document.addEventListener('keydown', this.key)
  }

  private readonly letGo = (): void => {
    clearTimeout(this.leaving)
    if (!this.held) return
    document.removeEventListener('pointerdown', this.elsewhere)
    document.removeEventListener('keydown', this.key)
    this.layer?.release(this.held.row)
    this.held = undefined
  }

  private readonly elsewhere = (event: Event): void => {
    const path = event.composedPath()
    if (!path.includes(this.held!.node) && !path.includes(this.actions!)) this.letGo()
  }

  private readonly key = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') this.letGo()
  }

  private entered({ target }: Event): void {
    if (this.held && ((target as Element).closest('.actions') || (target as Element).closest('.bullet') === this.held.node)) clearTimeout(this.leaving)
  }

  private left({ pointerType }: PointerEvent): void {
    clearTimeout(this.leaving)
    if (this.held && pointerType === 'mouse') this.leaving = setTimeout(this.letGo, GRACE_MS)
  }

  private async copy({ text, message }: Shown): Promise<void> {
    const words = this.say(danmakuWords)
    this.letGo()
    await navigator.clipboard.writeText(message?.text ?? text).then(
      () => toast(this, { text: words.copied }),
      () => {}, // the browser refuses it, and says so itself
    )
  }

  private hideUser({ person }: Shown): void {
    if (!person) return
    const words = this.say(danmakuWords)
    this.letGo()
    hidden.setUser(person, true)
    toast(this, { text: words.hidden(person.nick), undo: { label: words.undo, act: () => hidden.setUser(person, false) } })
  }

  private report({ person, message }: Shown): void {
    this.letGo()
    this.emit('report', { person, message })
  }

  private renderActions({ shown }: NonNullable<typeof this.held>) {
    const words = this.say(danmakuWords)
    return html`<div class="actions" part="actions" role="group" aria-label=${words.actions}>
      ${navigator.clipboard ? html`<button @click=${() => this.copy(shown)}>${words.copy}</button>` : nothing}
      ${shown.person && !shown.mine
        ? html`<button @click=${() => this.hideUser(shown)}>${words.hideUser}</button>
            <button @click=${() => this.report(shown)}>${words.report}</button>`
        : nothing}
    </div>`
  }

  protected override render() {
    return html`<div @pointermove=${this.pointed} @click=${this.hold} @pointerover=${this.entered} @pointerout=${this.left}>
      <div class="layer" part="layer" aria-hidden="true"></div>
      ${this.held ? this.renderActions(this.held) : nothing}
    </div>`
  }
}
