import { html, nothing, render, type TemplateResult } from 'lit'
import { giveFocusBack } from '../base/focus.js'
import type { LiveElement } from '../base/live-element.js'
import { isolated } from '../base/people.js'
import { buttons, tokens } from '../base/styles.js'
import { toast } from '../base/toast.js'
import { span } from '../base/words.js'
import { hidden } from '../hidden/hidden.js'
import type { RoomModel } from '../model/room-model.js'
import type { Member, Person, RoomMessage } from '../model/types.js'
import { perform, said, type Deed } from './act.js'
import { menuStyles } from './menu-styles.js'
import type { MenuTarget } from './person-menu.js'
import { place } from '../base/place.js'
import { canActOn, canDelete, canName, secondsLeft, SPANS } from './rights.js'
import { WORDS } from './words.js'

/** How often it is looked whether the anchor still stands. */
const LOOK_MS = 200

/** Asked before something that cannot be taken back. */
interface Question {
  text: string
  label: string
  hasReason?: boolean
  deed(reason: string): Deed
}

/** See `openPersonMenu`. */
export class PersonMenu {
  /** Not registered: only a name that no style of the element around it means. */
  private readonly box = document.createElement('live-person-menu')
  private readonly root = this.box.attachShadow({ mode: 'open' })
  private readonly person: Person
  private readonly name: string
  private stage: 'menu' | 'mute' | 'ban' | 'hidden' | Question = 'menu'
  private mutedUntil: number
  private watch?: ReturnType<typeof setInterval>

  constructor(
    private readonly host: LiveElement,
    private readonly room: RoomModel,
    private readonly anchor: HTMLElement,
    private readonly target: MenuTarget,
  ) {
    const { person, message } = target
    // A message keeps the role that its sender had when he wrote it.
    this.person = message ? room.personOf(person.userId, person.nick, person.avatar) : person
    this.name = isolated(person.nick)
    this.mutedUntil = (person as Partial<Member>).mutedUntil ?? 0
  }

  private get words() {
    return this.host['say'](WORDS)
  }

  open(): void {
    const { box, root, anchor } = this
    root.adoptedStyleSheets = [tokens, buttons, menuStyles].map(({ styleSheet }) => styleSheet!)
    box.popover = 'auto'
    box.addEventListener('keydown', this.keys)
    box.addEventListener('beforetoggle', event => giveFocusBack(event, anchor))
    box.addEventListener('toggle', ({ newState }) => newState === 'closed' && this.gone())
    // Inside a popover, which would close if another one opened beside it.
    ;(anchor.closest('[popover]') ?? this.host.renderRoot).append(box)
    this.draw()
    box.showPopover()
    this.show('menu')
    this.watch = setInterval(() => anchor.isConnected || this.close(), LOOK_MS)
    if (canActOn(this.room.view.me, this.person)) void this.askWhetherMuted()
  }

  private close(): void {
    if (this.box.isConnected) this.box.hidePopover()
  }

  private gone(): void {
    clearInterval(this.watch)
    this.box.remove()
  }

  private async askWhetherMuted(): Promise<void> {
    const muted = await this.room.host.muted().catch(() => undefined)
    if (!muted) return
    this.mutedUntil = muted.find(({ userId }) => userId === this.person.userId)?.until ?? 0
    this.draw()
    place(this.box, this.anchor)
  }

  private show(stage: PersonMenu['stage']): void {
    this.stage = stage
    this.draw()
    place(this.box, this.anchor)
    this.root.querySelector<HTMLElement>('.first, [role=menuitem]:not([hidden]), live-hidden-panel')?.focus()
  }

  private do(deed: Deed): void {
    this.close()
    void perform(this.host, deed)
  }

  private keys = (event: KeyboardEvent): void => {
    event.stopPropagation() // the list below has arrow keys of its own
    const { key, shiftKey } = event
    if (this.stage === 'hidden') return
    const isMenu = typeof this.stage === 'string'
    const all = [...this.root.querySelectorAll<HTMLElement>(isMenu ? '[role=menuitem]:not([hidden])' : 'input, button')]
    const at = all.indexOf(this.root.activeElement as HTMLElement)
    const step = isMenu ? { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key] : key === 'Tab' ? at + (shiftKey ? -1 : 1) : undefined
    if (step !== undefined) all.at(step % all.length)?.focus()
    else if (isMenu && key === 'Tab') this.close()
    else if (isMenu && this.stage !== 'menu' && key === (getComputedStyle(this.box).direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft')) this.show('menu')
    else return
    event.preventDefault()
  }

  // --- what can be done ----------------------------------------------------------------------------------------------

  private deed(action: keyof typeof this.words.done, act: () => Promise<unknown>, { seconds, ...more }: Partial<Deed> & { seconds?: number } = {}): Deed {
    const done = said(this.words.done[action], this.name, seconds ? this.span(seconds) : '')
    return { action, userId: this.person.userId, act, done, ...(seconds !== undefined && { detail: { seconds } }), ...more }
  }

  private mute(seconds: number): Deed {
    const { room, person, mutedUntil } = this
    const before = secondsLeft(mutedUntil, room.now)
    const set = (to: number) => this.deed(to > 0 ? 'mute' : 'unmute', () => room.host.mute(person.userId, to), { seconds: to })
    return { ...set(seconds), undo: set(before) }
  }

  private admin(is: boolean): Deed {
    const set = (to: boolean) => this.deed(to ? 'admin' : 'unadmin', () => this.room.host.setAdmin(this.person.userId, to))
    return { ...set(is), undo: set(!is) }
  }

  private remove(): Question {
    const { words, name, person, room } = this
    return { text: words.removeAsk(name), label: words.remove, hasReason: true, deed: reason => this.deed('remove', () => room.host.remove(person.userId, reason), { detail: { reason } }) }
  }

  private ban(seconds: number): Question {
    const { words, name, person, room } = this
    const undo = this.deed('unban', () => room.host.unban(person.userId))
    return {
      text: words.banAsk(name, this.span(seconds)),
      label: words.ban,
      hasReason: true,
      deed: reason => this.deed('ban', () => room.host.ban(person.userId, seconds, reason), { seconds, detail: { seconds, reason }, undo }),
    }
  }

  private delete(messages: readonly RoomMessage[], action: string): Deed {
    const sequences = messages.map(({ sequence }) => sequence)
    return { action, userId: this.person.userId, detail: { sequences }, act: () => this.room.host.delete(messages), done: gone => this.words.deleted(gone as number) }
  }

  private async copy(text: string): Promise<void> {
    this.close()
    try {
      await navigator.clipboard.writeText(text)
      toast(this.host, { text: this.words.copied })
    } catch (error) {
      toast(this.host, { text: this.words.refused((error as Error).message), isError: true })
    }
  }

  /** What a person says, from the reader alone. */
  private hide(isHidden: boolean): void {
    const { host, person, words } = this
    const set = (to: boolean) => hidden.setUser(person, to)
    this.close()
    set(isHidden)
    if (isHidden) toast(host, { text: words.hidden(this.name), undo: { label: words.undo, act: () => set(false) } })
  }

  private async showHidden(): Promise<void> {
    const { register } = await import('../hidden/hidden-panel.js')
    register()
    this.show('hidden')
    await this.root.querySelector<LiveElement>('live-hidden-panel')?.updateComplete
    place(this.box, this.anchor) // it is as large as its lists
  }

  private tell(name: 'mention' | 'report'): void {
    this.close()
    const { person, message } = this.target
    const own = (this.host as { mention?(person: Person): void }).mention
    if (name === 'mention' && own) own.call(this.host, person)
    else this.host['emit'](name, { person, ...(message && { message }) })
  }

  private span = (seconds: number): string => span(seconds, this.host['language'], this.words.forEver)

  // --- how it looks --------------------------------------------------------------------------------------------------

  private draw(): void {
    const { stage } = this
    const inside = stage === 'menu' ? this.menu() : stage === 'hidden' ? this.hiddenPanel() : typeof stage === 'string' ? this.spans(stage) : this.question(stage)
    render(inside, this.root)
  }

  /** Those that are not there are hidden, so that the focus stays where it is when one comes. */
  private item(label: string, act: () => void, there = true, kind = '') {
    return html`<button role="menuitem" tabindex="-1" class=${kind} ?hidden=${!there} @click=${act}>${label}</button>`
  }

  private menu(): TemplateResult {
    const { words, room, person } = this
    const { message } = this.target
    const { me } = room.view
    const other = person.userId !== me.userId
    const may = canActOn(me, person)
    const mayName = canName(me, person)
    const recent = may ? room.messagesOf(person.userId).filter(said => canDelete(me, said)) : []
    const text = message?.text
    const isHidden = hidden.hasUser(person.userId)
    return html`<div role="menu" aria-label=${words.menu(this.name)}>
      <bdi role="presentation">${person.nick}</bdi>
      ${this.item(words.mention, () => this.tell('mention'), other && me.loggedIn)}
      ${this.item(text ? words.copyText : words.copyId, () => void this.copy(text || person.userId))}
      ${this.item(words.report, () => this.tell('report'), other)}
      ${this.item(isHidden ? words.showAgain : words.hide, () => this.hide(!isHidden), other)}
      ${this.item(words.hiddenLists, () => void this.showHidden(), true, 'more')}
      <hr ?hidden=${!may && !canDelete(me, message)} />
      ${this.item(words.mute, () => this.show('mute'), may, 'more')}
      ${this.item(words.unmute, () => this.do(this.mute(0)), may && this.mutedUntil > room.now)}
      ${this.item(words.delete, () => message && this.do(this.delete([message], 'delete')), canDelete(me, message), 'danger')}
      ${this.item(
        words.deleteRecent,
        () => this.show({ text: words.deleteAsk(this.name, recent.length), label: words.deleteRecent, deed: () => this.delete(recent, 'delete-recent') }),
        recent.length > 0,
        'danger',
      )}
      ${this.item(words.remove, () => this.show(this.remove()), may, 'danger')} ${this.item(words.ban, () => this.show('ban'), may, 'danger more')}
      <hr ?hidden=${!mayName} />
      ${this.item(person.role === 'admin' ? words.unadmin : words.admin, () => this.do(this.admin(person.role !== 'admin')), mayName)}
    </div>`
  }

  private hiddenPanel(): TemplateResult {
    const { lang, words } = this.host
    return html`<div role="dialog" aria-label=${this.words.hiddenLists}><live-hidden-panel .lang=${lang} .words=${words}></live-hidden-panel></div>`
  }

  private spans(stage: 'mute' | 'ban'): TemplateResult {
    const { words } = this
    const chosen = (seconds: number) => (stage === 'mute' ? this.do(this.mute(seconds)) : this.show(this.ban(seconds)))
    return html`<div role="menu" aria-label=${`${words[stage]}: ${this.name}`}>
      <bdi role="presentation">${words[stage]}: ${this.name}</bdi>
      ${SPANS.map((seconds, index) => html`<button role="menuitem" tabindex="-1" class=${index === 0 ? 'first' : ''} @click=${() => chosen(seconds)}>${this.span(seconds)}</button>`)}
      <hr />
      ${this.item(words.back, () => this.show('menu'))}
    </div>`
  }

  private question({ text, label, hasReason, deed }: Question): TemplateResult {
    const { words } = this
    const submit = (event: Event) => {
      event.preventDefault()
      this.do(deed(this.root.querySelector('input')?.value.trim() ?? ''))
    }
    return html`<form role="alertdialog" aria-labelledby="question" @submit=${submit}>
      <p id="question">${text}</p>
      ${hasReason ? html`<label>${words.reason}<input maxlength="100" /></label>` : nothing}
      <div class="answers">
        <button type="button" class="first" @click=${() => this.close()}>${words.cancel}</button>
        <button class="main">${label}</button>
      </div>
    </form>`
  }
}
