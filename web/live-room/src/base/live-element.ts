import { ContextConsumer } from '@lit/context'
import { LitElement, type PropertyValues } from 'lit'
import { property, state } from 'lit/decorators.js'
import { RoomModel, type User } from '../model/room-model.js'
import type { RoomView } from '../model/types.js'
import { liveContext, type LiveContext } from './context.js'
import { languageOf, wordsOf, type Dictionary, type Language, type OwnWords } from './words.js'

/**
 * What all elements share: the room that they show. It comes, in this order, from the property `room`, from the element
 * that `for` names, from attributes (`app-id`, `room-id`, ...: then the element enters the room itself), or from the
 * element around it.
 */
export abstract class LiveElement extends LitElement {
  /** A room that the page has made: `new RoomModel({ ... })`. */
  @property({ attribute: false }) givenRoom?: RoomModel

  /** The id of another of these elements in the same document: show its room. */
  @property({ attribute: 'for' }) htmlFor = ''

  /** The app's number (SDKAppID). */
  @property({ type: Number, attribute: 'app-id' }) appId = 0

  /** The room to enter. */
  @property({ attribute: 'room-id' }) roomId = ''

  /** Where Plaudit is, `wss://live.example.com`; by default where the page came from. */
  @property() server = ''

  /** Who logs in. Without it one reads as a guest. */
  @property({ attribute: 'user-id' }) userId = ''

  /** The user's signature, made by the app's backend. A new one may be given at any time. */
  @property({ attribute: 'user-sig' }) userSig = ''

  /** Set as the user's nick before he enters. */
  @property() nick?: string

  /** Set as the user's picture before he enters. */
  @property() avatar?: string

  /** The key of a signed link, for guests. */
  @property({ attribute: 'reading-key' }) readingKey = ''

  /** `zh-CN` or `en`; by default the document's. */
  @property() override lang = ''

  /** Words of the page's own, by part: `{ chat: { send: 'Post' } }`. */
  @property({ attribute: false }) words: OwnWords = {}

  /** What stands in the room; replaced when it changes. */
  @state() protected view?: RoomView

  @state() protected around?: LiveContext | undefined

  private own?: RoomModel
  private ownKey = ''
  private heard?: RoomModel | undefined
  private deaf: (() => void)[] = []

  constructor() {
    super()
    new ContextConsumer(this, { context: liveContext, subscribe: true, callback: value => (this.around = value) })
  }

  /** The room that this element shows, if there is one. */
  get room(): RoomModel | undefined {
    return this.givenRoom ?? this.named?.room ?? this.own ?? this.around?.room
  }
  set room(room: RoomModel | undefined) {
    this.givenRoom = room
  }

  protected get language(): Language {
    return this.lang ? languageOf(this.lang) : (this.around?.language ?? languageOf(globalThis.document?.documentElement.lang || globalThis.navigator?.language || ''))
  }

  /** Nothing moves that does not have to. */
  protected get calm(): boolean {
    return this.around?.calm ?? globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false
  }

  /** The words of a part in the language in force. */
  protected say<Words extends object>(dictionary: Dictionary<Words>): Words {
    return wordsOf(dictionary, this.language, { ...this.around?.words, ...this.words })
  }

  private get named(): LiveElement | undefined {
    if (!this.htmlFor) return undefined
    const found = (this.getRootNode() as Document | ShadowRoot).getElementById?.(this.htmlFor)
    return found instanceof LiveElement ? found : undefined
  }

  /** Called when there is a room, or another one: listen to it here. Functions that are given back are called when it goes. */
  protected roomChanged(_room: RoomModel): (() => void)[] {
    return []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // One that is moved to another place is back at once, and goes on in its room.
    queueMicrotask(() => this.isConnected || this.leave())
  }

  private leave(): void {
    this.listenTo(undefined)
    void this.own?.end()
    this.own = undefined
    this.ownKey = ''
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!this.isConnected) return
    this.enterOwn(changed as PropertyValues<this>)
    this.listenTo(this.room)
  }

  /** The room that the attributes name. */
  private enterOwn(changed: PropertyValues<this>): void {
    if (this.givenRoom || this.htmlFor || !this.appId || !this.roomId) return
    const key = JSON.stringify([this.appId, this.roomId, this.server, this.readingKey])
    if (key !== this.ownKey) {
      void this.own?.end()
      this.ownKey = key
      this.own = this.makeRoom()
      void this.own.enter(this.user)
      return
    }
    if (!changed.has('userId') && !changed.has('userSig')) return
    if (this.user) void this.own?.login(this.user)
    else if (this.own?.view.me.loggedIn) void this.own.logout()
  }

  protected makeRoom(): RoomModel {
    const { appId, roomId, server, readingKey } = this
    return new RoomModel({ appId, roomId, server, ...(readingKey && { readingKey }) })
  }

  protected get user(): User | undefined {
    const { userId, userSig, nick, avatar } = this
    if (!userId || !userSig) return undefined
    return { userId, userSig, ...(nick !== undefined && { nick }), ...(avatar !== undefined && { avatar }) }
  }

  private listenTo(room: RoomModel | undefined): void {
    if (room === this.heard) return
    for (const stop of this.deaf) stop()
    this.heard = room
    this.view = room?.view
    this.deaf = room
      ? [
          room.on('view', view => (this.view = view)),
          room.on('token-expired', detail => room === this.own && this.emit('token-expired', detail)),
          ...this.roomChanged(room),
        ]
      : []
  }

  /** An event that the page hears, also from inside other elements. Answers whether nobody has prevented it. */
  protected emit(name: string, detail: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }))
  }
}

/** Registers an element once; a second script of the same name changes nothing. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element)
}
