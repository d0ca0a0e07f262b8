import { html, type TemplateResult } from 'lit'
import { property } from 'lit/decorators.js'
import { faceStyles } from '../base/face.js'
import { LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import type { Dictionary } from '../base/words.js'
import { hidden } from '../hidden/hidden.js'
import type { RoomModel } from '../model/room-model.js'
import type { Person, RoomMessage } from '../model/types.js'
import type { Later } from './later/later.js'
import type { Sticker } from './later/runs.js'
import { MessageList } from './list.js'
import type { Drawing } from './row.js'
import { styles } from './styles.js'
import { words as chatWords } from './words.js'

/**
 * The list of what is said, and the box to say something.
 *
 * @tagname live-chat
 * @fires login-request - A guest wants to log in. The page shows its login and then sets `user-id` and `user-sig`.
 * @fires message-sent - The reader has said something. `detail` is the `RoomMessage`, still `pending`.
 * @fires mentioned - Somebody has mentioned the reader. `detail` is the `RoomMessage`.
 * @slot empty - Shown while nobody has said anything.
 * @slot above-input - Between the list and the box.
 * @slot actions - Buttons beside the box.
 * @csspart notice - The bar of the pinned announcement.
 * @csspart list - What scrolls.
 * @csspart row - One message, or one line of the house.
 * @csspart name - Who has said it.
 * @csspart text - What was said.
 * @csspart pill - The button that leads to the newest message.
 * @csspart input - The box.
 * @csspart send - The button that sends.
 */
export class LiveChat extends LiveElement {
  static override styles = [tokens, buttons, faceStyles, styles]

  /** What an empty box says. */
  @property() placeholder = ''

  /** How long a message may be, in letters as people count them. */
  @property({ type: Number, attribute: 'max-length' }) maxLength = 300

  /** Pictures that can be sent and are shown for their code: `[{ code, url, name }]`. */
  @property({ type: Array }) stickers: readonly Sticker[] = []

  /** Whether links are links: `off`, or `host` for those of the host and moderators only. */
  @property() links: 'off' | 'host' = 'off'

  /** Draws the inside of a message's row; undefined leaves it as it is. */
  @property({ attribute: false }) row?: (message: RoomMessage) => TemplateResult | undefined

  /** Without the box. */
  @property({ type: Boolean }) readonly = false

  /** @internal */
  readonly list = new MessageList(this)
  /** @internal What nobody needs to see the first message: the box, lines of the house, keys. It comes right behind. */
  later?: Later

  private timer = 0
  private drawing?: Drawing
  private drawnWith: unknown[] = []
  private readonly said = new Map<object, object>()
  private saidIn: unknown[] = []

  /** Puts the cursor into the box. */
  focusInput(): void {
    this.later?.composer.focus()
  }

  /** Writes `@name` into the box. */
  mention(person: Person): void {
    this.later?.composer.mention(person)
  }

  /** To the newest message, and on with it. */
  scrollToEnd(): void {
    this.list.toEnd()
  }

  /** @internal */
  override get language() {
    return super.language
  }

  /** @internal */
  override emit(name: string, detail: unknown): boolean {
    return super.emit(name, detail)
  }

  /** @internal The same object as long as nothing changes it: rows are then not drawn again. */
  wordsOf<Words extends object>(dictionary: Dictionary<Words>): Words {
    const key = [this.language, this.words, this.around?.words]
    if (differ(key, this.saidIn)) this.said.clear()
    this.saidIn = key
    const words = (this.said.get(dictionary) ?? this.say(dictionary)) as Words
    this.said.set(dictionary, words)
    return words
  }

  protected override roomChanged(room: RoomModel): (() => void)[] {
    return this.list.listen(room)
  }

  protected override firstUpdated(): void {
    void import('./later/later.js').then(({ Later }) => {
      this.later = new Later(this)
      this.requestUpdate()
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.timer)
  }

  protected override updated(): void {
    clearTimeout(this.timer)
    const due = [this.list.dueAt, this.later?.dueAt].filter(time => time && time !== Infinity) as number[]
    // Longer waits than a timer takes end early, and begin anew.
    if (due.length > 0) this.timer = setTimeout(() => this.requestUpdate(), Math.min(2 ** 31 - 1, Math.max(10, Math.min(...due) - Date.now() + 5))) as unknown as number
  }

  protected override render(): TemplateResult {
    const { later } = this
    const words = this.wordsOf(chatWords)
    const key = [words, this.language, this.around?.gifts, this.row, later, later?.codes, this.stickers, this.links, hidden.lists]
    if (!this.drawing || differ(key, this.drawnWith)) this.drawing = { words, language: this.language, gifts: this.around?.gifts ?? [], own: this.row, later }
    this.drawnWith = key
    return html`${later?.drawNotice()}
      <div class="body">${this.list.draw(words, this.drawing)}${later?.drawSettings()}</div>
      <slot name="above-input"></slot>
      ${this.readonly ? '' : (later?.composer.draw() ?? html`<div class="composer"></div>`)}`
  }
}

const differ = (a: unknown[], b: unknown[]): boolean => a.some((each, index) => each !== b[index])
