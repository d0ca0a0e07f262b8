import { html, nothing } from 'lit'
import { property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { face, faceStyles } from '../base/face.js'
import { PEOPLE, icon } from '../base/icons.js'
import { giveFocusBack } from '../base/focus.js'
import { openWhenFetched } from '../base/lazy.js'
import { LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import { compact } from '../base/words.js'
import type { RoomModel } from '../model/room-model.js'
import type { Person } from '../model/types.js'
import { recent, without } from './faces.js'
import type { AudiencePanel } from './panel.js'
import { audienceStyles } from './styles.js'
import { WORDS } from './words.js'

const FACES_MAX = 5
/** In a small room the faces are asked for; in a big one everybody who comes would ask for 500 rows, so there they are of those who come and speak. */
const SMALL_ROOM = 50

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
  static override styles = [tokens, buttons, faceStyles, audienceStyles]

  /** How many faces stand beside the number, 0 to 5. */
  @property({ type: Number }) avatars = FACES_MAX

  /** The number only, without faces. */
  @property({ type: Boolean }) compact = false

  @state() private faces: Person[] = []
  /** Loaded when it is first opened. */
  @state() private panel?: AudiencePanel

  protected override roomChanged(room: RoomModel): (() => void)[] {
    this.faces = []
    this.panel?.roomChanged()
    let asked = false
    const heard = (people: readonly Person[]) => (this.faces = recent(this.faces, people, FACES_MAX))
    const gone = (people: readonly Person[]) => {
      this.faces = without(this.faces, people)
      this.panel?.went(people)
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
        this.panel?.came(people)
      }),
      room.on('went', gone),
      room.on('line', line => line.kind === 'put-out' && gone(line.people)),
      room.on('messages', messages => heard(messages.filter(({ earlier }) => !earlier).map(({ from }) => from).reverse())),
    ]
  }

  private beforeToggle(event: ToggleEvent): void {
    giveFocusBack(event, this.renderRoot.querySelector('button'))
    if (event.newState !== 'open') return
    if (this.panel) this.panel.opening()
    else openWhenFetched(event, () => this.fetchPanel())
  }

  private async fetchPanel(): Promise<void> {
    const { AudiencePanel } = await import('./panel.js')
    this.panel ??= new AudiencePanel(this)
    await this.updateComplete
  }

  protected override render() {
    const { view, language } = this
    if (!view) return nothing
    const words = this.say(WORDS)
    const { members, guests } = view.online
    const number = compact(members + guests, language)
    const title = words.title(members, guests)
    const most = this.compact ? 0 : Math.min(this.avatars, FACES_MAX)
    return html`<button id="count" part="count" popovertarget="panel" title=${title}>
        ${most > 0 && this.faces.length > 0 ? html`<span class="faces">${repeat(this.faces.slice(0, most), ({ userId, avatar }) => userId + avatar, face)}</span>` : icon(PEOPLE)}<span aria-hidden="true">${number}</span><span class="unseen">${words.watching(number)}: ${title}</span>
      </button>
      <div
        id="panel"
        part="panel"
        popover
        role="dialog"
        aria-label=${words.audience}
        @beforetoggle=${this.beforeToggle}
        @toggle=${({ newState }: ToggleEvent) => this.panel?.toggled(newState === 'open')}
      >
        ${this.panel?.draw(title)}
      </div>`
  }
}
