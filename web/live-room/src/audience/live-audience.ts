import { html, nothing } from 'lit'
import { property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { icon } from '../base/icons.js'
import { LiveElement } from '../base/live-element.js'
import { hueOf, letterOf, safeImage } from '../base/people.js'
import { buttons, tokens } from '../base/styles.js'
import { compact } from '../base/words.js'
import { openPersonMenu } from '../host/person-menu.js'
import { place } from '../base/place.js'
import type { RoomModel } from '../model/room-model.js'
import type { Member, Person } from '../model/types.js'
import { found, LOADED_MAX, recent, refreshed, without, withNew, withPage } from './members.js'
import { audienceStyles } from './styles.js'
import { WORDS } from './words.js'

const REFRESH_MS = 10_000
const FACES_MAX = 5
/** In a small room the faces are asked for; in a big one everybody who comes would ask for 500 rows, so there they are of those who come and speak. */
const SMALL_ROOM = 50
/** About what the panel measures before anybody is in it. */
const PANEL = { width: 340, height: 200 }
/** The next page is asked for when the end of the list is this near, in pixels. */
const NEAR_PX = 600

/**
 * How many are here, and who. Guests see the number only: the server shows the list to members.
 *
 * @tagname live-audience
 * @csspart count - The button with the number.
 * @csspart panel - The list that it opens.
 * @csspart row - One person in the list.
 * @fires mention - The reader wants to speak to somebody: `{ person }`.
 * @fires report - The reader reports somebody: `{ person }`.
 * @fires moderated - A moderator has done something from the menu of a row: `{ action, userId?, detail }`.
 */
export class LiveAudience extends LiveElement {
  static override styles = [tokens, buttons, audienceStyles]

  /** How many faces stand beside the number, 0 to 5. */
  @property({ type: Number }) avatars = FACES_MAX

  /** The number only, without faces. */
  @property({ type: Boolean }) compact = false

  @state() private members: Member[] = []
  @state() private faces: Person[] = []
  @state() private sought = ''
  @state() private failed = false
  /** Which row the Tab key comes to. */
  @state() private focused = ''

  private isOpen = false
  /** Where the next page begins; 0: there is none. */
  private next = 0
  private loading = false
  private timer?: ReturnType<typeof setInterval>

  protected override roomChanged(room: RoomModel): (() => void)[] {
    this.members = []
    this.faces = []
    this.next = 0
    let asked = false
    const heard = (people: readonly Person[]) => (this.faces = recent(this.faces, people, FACES_MAX))
    const gone = (people: readonly Person[]) => {
      this.faces = without(this.faces, people)
      this.members = without(this.members, people)
    }
    const firstFaces = ({ phase, me, online }: typeof room.view) => {
      if (asked || phase !== 'in' || !me.loggedIn || online.members > SMALL_ROOM || this.compact || this.avatars <= 0) return
      asked = true
      void room.members().then(({ members }) => (this.faces = recent(members, this.faces, FACES_MAX)), () => {})
    }
    firstFaces(room.view)
    return [
      room.on('view', firstFaces),
      room.on('came', people => {
        heard([...people].reverse())
        if (this.isOpen) this.members = withNew(this.members, people, room.now)
      }),
      room.on('went', gone),
      room.on('line', line => line.kind === 'put-out' && gone(line.people)),
      room.on('messages', messages => heard(messages.filter(({ earlier }) => !earlier).map(({ from }) => from).reverse())),
    ]
  }

  constructor() {
    super()
    this.addEventListener('moderated', () => void (this.isOpen && this.load(0)))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.timer)
  }

  // --- the list ------------------------------------------------------------------------------------------------------

  private toggled({ newState }: ToggleEvent): void {
    this.isOpen = newState === 'open'
    clearInterval(this.timer)
    if (!this.isOpen) return
    this.members = []
    this.sought = ''
    void this.load(0)
    this.timer = setInterval(() => document.hidden || void this.load(0), REFRESH_MS)
  }

  /** Also when the list grows. `size` before it is shown, so that it is seen nowhere else first. */
  private placePanel(size?: { width: number; height: number }): void {
    place(this.renderRoot.querySelector('#panel')!, this.renderRoot.querySelector('#count')!, size)
  }

  protected override updated(): void {
    if (this.isOpen) this.placePanel()
  }

  /** The newest page again, or the next one. */
  private async load(before: number): Promise<void> {
    const { room } = this
    if (!room?.view.me.loggedIn || this.loading) return
    this.loading = true
    try {
      const { members, next } = await room.members(before)
      if (room !== this.room) return
      const isFirst = this.members.length === 0
      this.members = before === 0 ? refreshed(this.members, members, next) : withPage(this.members, members)
      if (before > 0 || isFirst || next === 0) this.next = next
      this.failed = false
    } catch {
      this.failed = true
    } finally {
      this.loading = false
    }
  }

  private scrolled({ currentTarget }: Event): void {
    const { scrollTop, clientHeight, scrollHeight } = currentTarget as HTMLElement
    if (this.next > 0 && this.members.length < LOADED_MAX && scrollHeight - scrollTop - clientHeight < NEAR_PX) void this.load(this.next)
  }

  private keys(event: KeyboardEvent): void {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('.row')]
    const at = rows.indexOf(event.target as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    event.preventDefault()
    rows[to]?.focus()
  }

  // --- how it looks --------------------------------------------------------------------------------------------------

  protected override render() {
    const { view, language } = this
    if (!view) return nothing
    const words = this.say(WORDS)
    const { members, guests } = view.online
    const number = compact(members + guests, language)
    const title = words.title(members, guests)
    const most = this.compact ? 0 : Math.min(this.avatars, FACES_MAX)
    return html`<button id="count" part="count" popovertarget="panel" title=${title} aria-label="${words.watching(number)}: ${title}">
        ${most > 0 && this.faces.length > 0 ? html`<span class="faces">${repeat(this.faces.slice(0, most), ({ userId, avatar }) => userId + avatar, face)}</span>` : icon('people')}${number}
      </button>
      <div id="panel" part="panel" popover role="dialog" aria-label=${words.audience} @beforetoggle=${() => this.placePanel(PANEL)} @toggle=${this.toggled}>
        <header>
          <h2>${words.audience}</h2>
          <span class="dim">${title}</span>
          <button class="icon" popovertarget="panel" popovertargetaction="hide" aria-label=${words.close}>${icon('close')}</button>
        </header>
        ${view.me.loggedIn ? this.list() : html`<p class="dim">${words.guest}</p>`}
      </div>`
  }

  private list() {
    const { members, sought, next, room, language } = this
    const words = this.say(WORDS)
    const shown = found(members, sought)
    const focused = shown.some(({ userId }) => userId === this.focused) ? this.focused : shown[0]?.userId
    const missing = next > 0 ? Math.max(0, this.view!.online.members - members.length) : 0
    return html`<input
        type="search"
        placeholder=${words.search}
        aria-label=${words.search}
        .value=${sought}
        @input=${({ target }: Event) => (this.sought = (target as HTMLInputElement).value)}
      />
      <ul role="list" aria-label=${words.audience} @scroll=${this.scrolled} @keydown=${this.keys}>
        ${repeat(
          shown,
          ({ userId }) => userId,
          member => this.row(member, member.userId === focused),
        )}
        ${sought && shown.length === 0 ? html`<li class="dim">${words.nobody}</li>` : nothing}
        ${missing > 0 ? html`<li class="dim">${words.more(compact(missing, language))}</li>` : nothing}
      </ul>
      ${this.failed ? html`<p role="alert">${words.failed} <button class="quiet" @click=${() => room && this.load(0)}>${words.again}</button></p>` : nothing}`
  }

  private row(member: Member, isStop: boolean) {
    const { userId, nick, role, mutedUntil } = member
    const words = this.say(WORDS)
    const badges = [role === 'owner' || role === 'admin' ? words[role] : '', userId === this.view!.me.userId ? words.you : '']
    const isMuted = mutedUntil > this.room!.now
    const open = ({ currentTarget }: Event) => openPersonMenu(this, currentTarget as Element, { person: member })
    return html`<li>
      <button class="row" part="row" aria-haspopup="menu" tabindex=${isStop ? 0 : -1} title=${userId} @focus=${() => (this.focused = userId)} @click=${open}>
        ${face(member)}<bdi>${nick}</bdi>
        ${badges.filter(Boolean).map(badge => html`<span class="badge">${badge}</span>`)}${isMuted ? html`<span class="badge muted">${words.muted}</span>` : nothing}
      </button>
    </li>`
  }
}

/** The letter lies under the picture, and is seen while there is none. */
function face({ userId, nick, avatar }: Person) {
  const picture = safeImage(avatar)
  const broken = ({ target }: Event) => ((target as HTMLElement).hidden = true)
  return html`<span class="face" aria-hidden="true" .style=${`--_hue:${hueOf(userId)}`}
    ><span>${letterOf(nick)}</span>${picture ? html`<img src=${picture} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${broken} />` : nothing}</span
  >`
}
