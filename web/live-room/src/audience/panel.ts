import { html, nothing, type ReactiveController } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { face } from '../base/face.js'
import { CLOSE, icon } from '../base/icons.js'
import type { LiveElement } from '../base/live-element.js'
import { place } from '../base/place.js'
import { addStyles } from '../base/styles.js'
import { compact } from '../base/words.js'
import { openPersonMenu } from '../host/person-menu.js'
import type { Member, Person } from '../model/types.js'
import { without } from './faces.js'
import { found, LOADED_MAX, refreshed, withNew, withPage } from './members.js'
import { panelStyles } from './panel-styles.js'
import { panelWords } from './panel-words.js'
import { WORDS } from './words.js'

const REFRESH_MS = 10_000
/** About what the panel measures before anybody is in it. */
const SIZE = { width: 340, height: 200 }
/** The next page is asked for when the end of the list is this near, in pixels. */
const NEAR_PX = 600

/** The list of who is here: what is in the popover that the number opens. */
export class AudiencePanel implements ReactiveController {
  private members: Member[] = []
  private sought = ''
  private failed = false
  /** Which row the Tab key comes to. */
  private focused = ''
  private isOpen = false
  /** Where the next page begins; 0: there is none. */
  private next = 0
  private loading = false
  private timer?: ReturnType<typeof setInterval>

  constructor(private readonly host: LiveElement) {
    addStyles(host, panelStyles)
    host.addController(this)
    host.addEventListener('moderated', () => void (this.isOpen && this.load(0)))
  }

  /** Also when the list grows. */
  hostUpdated(): void {
    if (this.isOpen) this.place()
  }

  /** A popover that is taken out of the page closes without a word. */
  hostDisconnected(): void {
    this.toggled(false)
  }

  // --- what happens in the room --------------------------------------------------------------------------------------

  roomChanged(): void {
    this.show([])
    this.next = 0
  }

  came(people: readonly Person[]): void {
    if (this.isOpen) this.show(withNew(this.members, people, this.host.room!.now))
  }

  went(people: readonly Person[]): void {
    this.show(without(this.members, people))
  }

  // --- the list ------------------------------------------------------------------------------------------------------

  /** About to open: it is put in its place before it is shown, so that it is seen nowhere else first. */
  opening(): void {
    this.place(SIZE)
  }

  toggled(isOpen: boolean): void {
    this.isOpen = isOpen
    clearInterval(this.timer)
    if (!isOpen) return
    this.sought = ''
    this.show([])
    void this.load(0)
    this.timer = setInterval(() => document.hidden || void this.load(0), REFRESH_MS)
  }

  private place(size?: { width: number; height: number }): void {
    const { renderRoot } = this.host
    place(renderRoot.querySelector('#panel')!, renderRoot.querySelector('#count')!, size)
  }

  private show(members: Member[]): void {
    this.members = members
    this.host.requestUpdate()
  }

  /** The newest page again, or the next one. */
  private async load(before: number): Promise<void> {
    const { room } = this.host
    if (!room?.view.me.loggedIn || this.loading) return
    this.loading = true
    try {
      const { members, next } = await room.members(before)
      if (room !== this.host.room) return
      const isFirst = this.members.length === 0
      this.members = before === 0 ? refreshed(this.members, members, next) : withPage(this.members, members)
      if (before > 0 || isFirst || next === 0) this.next = next
      this.failed = false
    } catch {
      this.failed = true
    } finally {
      this.loading = false
      this.host.requestUpdate()
    }
  }

  private readonly scrolled = ({ currentTarget }: Event): void => {
    const { scrollTop, clientHeight, scrollHeight } = currentTarget as HTMLElement
    if (this.next > 0 && this.members.length < LOADED_MAX && scrollHeight - scrollTop - clientHeight < NEAR_PX) void this.load(this.next)
  }

  private readonly seek = ({ target }: Event): void => {
    this.sought = (target as HTMLInputElement).value
    this.host.requestUpdate()
  }

  private readonly keys = (event: KeyboardEvent): void => {
    const rows = [...this.host.renderRoot.querySelectorAll<HTMLElement>('.row')]
    const at = rows.indexOf(event.target as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    event.preventDefault()
    rows[to]?.focus()
  }

  // --- how it looks --------------------------------------------------------------------------------------------------

  private get words() {
    return { ...this.host['say'](WORDS), ...this.host['say'](panelWords) }
  }

  draw(title: string): unknown {
    const { words } = this
    return html`<header>
        <h2>${words.audience}</h2>
        <span class="dim">${title}</span>
        <button class="icon" popovertarget="panel" popovertargetaction="hide" aria-label=${words.close}>${icon(CLOSE)}</button>
      </header>
      ${this.host.room?.view.me.loggedIn ? this.list() : html`<p class="dim">${words.guest}</p>`}`
  }

  private list() {
    const { members, sought, next, words } = this
    const room = this.host.room!
    const shown = found(members, sought)
    const focused = shown.some(({ userId }) => userId === this.focused) ? this.focused : shown[0]?.userId
    const missing = next > 0 ? Math.max(0, room.view.online.members - members.length) : 0
    return html`<input type="search" placeholder=${words.search} aria-label=${words.search} .value=${sought} @input=${this.seek} />
      <ul role="list" aria-label=${words.audience} @scroll=${this.scrolled} @keydown=${this.keys}>
        ${repeat(
          shown,
          ({ userId }) => userId,
          member => this.row(member, member.userId === focused, words),
        )}
        ${sought && shown.length === 0 ? html`<li class="dim">${words.nobody}</li>` : nothing}
        ${missing > 0 ? html`<li class="dim">${words.more(compact(missing, this.host['language']))}</li>` : nothing}
      </ul>
      ${this.failed ? html`<p role="alert">${words.failed} <button class="quiet" @click=${() => void this.load(0)}>${words.again}</button></p>` : nothing}`
  }

  private row(member: Member, isStop: boolean, words: typeof this.words) {
    const { userId, nick, role, mutedUntil } = member
    const { view, now } = this.host.room!
    const badges = [role === 'owner' || role === 'admin' ? words[role] : '', userId === view.me.userId ? words.you : '']
    const open = ({ currentTarget }: Event) => openPersonMenu(this.host, currentTarget as Element, { person: member })
    const focus = () => {
      this.focused = userId
      this.host.requestUpdate()
    }
    return html`<li>
      <button class="row" part="row" aria-haspopup="menu" tabindex=${isStop ? 0 : -1} title=${userId} @focus=${focus} @click=${open}>
        ${face(member)}<bdi>${nick}</bdi>
        ${badges.filter(Boolean).map(badge => html`<span class="badge">${badge}</span>`)}${mutedUntil > now ? html`<span class="badge muted">${words.muted}</span>` : nothing}
      </button>
    </li>`
  }
}
