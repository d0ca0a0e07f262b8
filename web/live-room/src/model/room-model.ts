import { TencentCloudChat, type ChatSDK, type IMError, type Message, type RoomState } from '@plaudit/chat'
import { newChat } from './chat.js'
import { writeGift } from './custom.js'
import { Moderation } from './moderation.js'
import type { RoomEvents, RoomOptions, User } from './options.js'
import { customOf, memberOf, personIn, readMessage } from './reading.js'
import { Said } from './said.js'
import { emptyView, linkAfter, nobody, profileOf, standing, type NetChange } from './standing.js'
import { linesBetween, noticeOf, tipOf } from './story.js'
import { Taps } from './taps.js'
import { TypedTarget } from './target.js'
import type { Gift, Kicked, Member, Person, RoomMessage, RoomView } from './types.js'

export type { RoomEvents, RoomOptions, User }

const { EVENT, TYPES } = TencentCloudChat

/** Bullets, hearts and comings that are older than this are not shown any more. Times come in whole seconds, rounded down. */
const STALE_S = 4
/** About what a list shows. */
const RECENT_MAX = 200
/** How long the end waits for the room to hear of it. */
const GOODBYE_MS = 500
/** What a server says of a UserSig that is too old. */
const SIG_EXPIRED = [70001, 70052]

/** A room as one person sees it: what stands, what happens, and what he can do. All elements of a room share one. */
export class RoomModel extends TypedTarget<RoomEvents> {
  view: RoomView
  /** What moderators do. The server refuses it to everybody else. */
  readonly host: Moderation
  readonly chat: ChatSDK
  /** @internal How many elements tell screen readers of gifts: the chat does it only where there is none. */
  giftTellers = 0
  private readonly ownsChat: boolean
  private readonly said = new Said()
  private user: User | undefined
  private wished: User | undefined
  private arriving = false
  private everIn = false
  private readonly taps = new Taps()
  private ended = false
  private readonly ears: [string, (event: { data: never }) => void][]

  constructor(private readonly options: RoomOptions) {
    super()
    this.ownsChat = options.client === undefined
    this.chat = options.client ?? newChat(options)
    this.view = emptyView(options.roomId, Date.now())
    this.host = new Moderation(this)
    this.ears = this.listen()
  }

  get roomId(): string {
    return this.options.roomId
  }

  /** By the server's clock. */
  get now(): number {
    return this.view.phase === 'in' ? this.chat.getServerTime() * 1000 : Date.now()
  }

  // --- coming and going ----------------------------------------------------------------------------------------------

  /** Enters as a guest, or as the user who is given. Failures are told by `view`, not thrown. */
  async enter(user?: User): Promise<void> {
    if (user) return this.login(user)
    this.set({ phase: 'entering', outcome: undefined })
    await this.join()
  }

  /** Logs in and enters. A guest who is in the room goes on where he was. */
  async login(user: User): Promise<void> {
    this.wished = user
    try {
      if (!this.chat.isReady() || this.chat.getLoginUser() !== user.userId) {
        await this.chat.login({ userID: user.userId, userSig: user.userSig })
      }
      if (this.wished !== user) return
      this.user = user
      await this.introduce(user)
      this.set({ kicked: undefined, outcome: undefined, ...(this.view.phase !== 'in' && { phase: 'entering' as const }) })
      await this.join()
    } catch (thrown) {
      const error = thrown as IMError
      if (this.ended || this.wished !== user) return
      if (SIG_EXPIRED.includes(error.code)) this.tell('token-expired', { userId: user.userId })
      else this.refused(error)
      // Whoever cannot log in may still read.
      if (!this.everIn) await this.join().catch(() => {})
    }
  }

  /** A guest again, reading on. */
  async logout(): Promise<void> {
    this.user = this.wished = undefined
    await this.chat.logout()
    this.set({ me: nobody() })
    await this.enter()
  }

  /** Leaves the room for good: the model tells nothing any more. */
  async end(): Promise<void> {
    if (this.ended) return
    this.ended = true
    for (const [name, heard] of this.ears) this.chat.off(name, heard as never)
    // Others see him go now, and not when the server has heard nothing for a while.
    const left = this.view.phase === 'in' ? this.chat.quitGroup(this.roomId).catch(() => {}) : undefined
    if (!this.ownsChat) return void (await left)
    await Promise.race([left, new Promise(done => setTimeout(done, GOODBYE_MS))])
    await this.chat.destroy()
  }

  /** Tries to connect now and not at `link.retryAt`. */
  retryNow(): void {
    this.chat.reconnectNow()
  }

  private async introduce({ nick, avatar }: User): Promise<void> {
    if (nick === undefined && avatar === undefined) return
    await this.chat.updateMyProfile({ ...(nick !== undefined && { nick }), ...(avatar !== undefined && { avatar }) })
  }

  private async join(): Promise<void> {
    this.arriving = !this.everIn
    try {
      const { data } = await this.chat.joinGroup({
        groupID: this.roomId,
        type: TYPES.GRP_AVCHATROOM,
        ...(this.options.readingKey !== undefined && { readingKey: this.options.readingKey }),
      })
      // What came with the answer is told next, in a task of its own.
      setTimeout(() => (this.arriving = false), 0)
      this.everIn = true
      this.set(profileOf(data.group)) // at once: who hosts is seen on the messages that come next
      await this.stand()
    } catch (error) {
      this.arriving = false
      if (!this.ended) this.refused(error as IMError)
    }
  }

  private refused(error: IMError): void {
    const { code, message } = error
    if (this.view.phase === 'in') return // he reads on as he was
    this.set({ phase: 'out', outcome: { why: 'refused', code: code ?? 0, text: message } })
  }

  /** How things stand when we come in. */
  private async stand(): Promise<void> {
    const { data } = await this.chat.getRoomState(this.roomId)
    const profile = this.user ? (await this.chat.getMyProfile()).data : undefined
    const userId = this.chat.getLoginUser()
    const me = { ...nobody(), userId, nick: profile?.nick || userId, avatar: profile?.avatar ?? '', loggedIn: userId !== '' }
    this.set({
      phase: 'in',
      outcome: undefined,
      kicked: undefined,
      likes: data.likes.total + this.taps.untold,
      ...standing(me, data),
    })
  }

  // --- talking -------------------------------------------------------------------------------------------------------

  /** Says something. It is told at once as `pending`, and `changed` when its fate is known. */
  say(text: string, options: { priority?: RoomMessage['priority'] } = {}): RoomMessage {
    const made = this.chat.createTextMessage({ ...this.to(options.priority ?? 'Normal'), payload: { text } })
    return this.send(made)
  }

  /** Sends a gift, with high priority: it passes before talk in a busy room. */
  give(gift: Gift): RoomMessage {
    const payload = { data: writeGift(gift), description: 'gift', extension: '' }
    return this.send(this.chat.createCustomMessage({ ...this.to('High'), payload }))
  }

  /** Tells the room that the broadcast has begun or ended, as TWebLive's pages do. For hosts. */
  async announceLive(live: boolean): Promise<void> {
    const payload = { data: live ? 'startPush' : 'stopPush', description: '', extension: '' }
    const message = this.chat.createCustomMessage({ ...this.to('High'), payload })
    await this.chat.sendMessage(message)
    this.liveIs(live ? 'live' : 'ended', this.view.me, this.now)
  }

  /** Sends a failed message again. */
  again(message: RoomMessage): void {
    const sdk = this.said.sdkOf(message)
    if (!sdk || message.delivery !== 'failed') return
    this.deliver(message, sdk, () => this.chat.resendMessage(sdk))
  }

  /** Counts taps; they are sent as a sum, once per second. */
  like(taps = 1): void {
    const count = (taps: number) => this.set({ likes: Math.max(0, this.view.likes + this.taps.count(taps)) })
    count(taps)
    this.chat.sendLike(this.roomId, taps).then(
      ({ data }) => {
        const refused = this.taps.refusedBy(data)
        if (refused > 0) count(-refused)
      },
      (error: IMError) => {
        count(-taps)
        console.warn(`likes were not counted: ${error.message}`)
      },
    )
  }

  /** The newest first; `next` is 0 at the end of the list. */
  async members(before = 0): Promise<{ members: Member[]; next: number }> {
    const { data } = await this.chat.getGroupMemberList({ groupID: this.roomId, offset: before })
    return { members: data.memberList.map(memberOf), next: data.offset }
  }

  private to(priority: RoomMessage['priority']) {
    return { to: this.roomId, conversationType: TYPES.CONV_GROUP, priority }
  }

  private send(sdk: Message): RoomMessage {
    const message = this.messageOf(sdk, true)
    this.said.keep(message, sdk)
    this.deliver(message, sdk, () => this.chat.sendMessage(sdk, { onHeld: () => this.update(message, { delivery: 'held' }) }))
    this.tell('messages', [message])
    return message
  }

  private deliver(message: RoomMessage, sdk: Message, sending: () => Promise<unknown>): void {
    if (message.delivery === 'failed') this.update(message, { delivery: 'pending', failure: undefined })
    sending().then(
      () => {
        this.said.keep(message, sdk)
        this.update(message, { delivery: 'said', sequence: sdk.sequence, at: sdk.time * 1000 })
      },
      ({ code, message: text, data }: IMError) => {
        const failure = { code, text, cause: data?.cause ?? '', ...(data?.retryAfter !== undefined && { retryAfter: data.retryAfter }) }
        this.update(message, { delivery: 'failed', failure })
      },
    )
  }

  private update(message: RoomMessage, change: Partial<RoomMessage>): void {
    Object.assign(message, change)
    this.tell('changed', [message])
  }

  // --- what the chat tells -------------------------------------------------------------------------------------------

  private listen(): [string, (event: { data: never }) => void][] {
    const ears: [string, (event: { data: never }) => void][] = []
    const on = <T>(name: string, heard: (data: T) => void) => {
      const ear = ({ data }: { data: never }) => this.ended || heard(data as T)
      this.chat.on(name, ear as never)
      ears.push([name, ear as never])
    }
    const mine = <T extends { groupID: string }>(heard: (data: T) => void) => (data: T) => data.groupID === this.roomId && heard(data)
    on<Message[]>(EVENT.MESSAGE_RECEIVED, messages => this.received(messages))
    on<Message[]>(EVENT.MESSAGE_REVOKED, messages => this.revoked(messages))
    on<RoomState>(EVENT.ROOM_STATE_UPDATED, mine(state => this.stateIs(state)))
    on(EVENT.LIKES_UPDATED, mine((likes: { groupID: string; total: number; add: number }) => this.liked(likes)))
    on(EVENT.GAP_DETECTED, mine(({ from, to }: { groupID: string; from: number; to?: number }) => this.tell('line', { kind: 'gap', from, ...(to !== undefined && { to }) })))
    on<{ type: string }>(EVENT.KICKED_OUT, ({ type }) => this.kickedOut(type))
    on<NetChange>(EVENT.NET_STATE_CHANGE, change => this.linkIs(change))
    return ears
  }

  private received(received: Message[]): void {
    let messages: RoomMessage[] = []
    const flush = () => {
      if (messages.length > 0) this.tell('messages', messages)
      messages = []
    }
    for (const sdk of received) {
      const isMessage = sdk.type !== TYPES.MSG_GRP_TIP && sdk.type !== TYPES.MSG_GRP_SYS_NOTICE
      if (isMessage && sdk.to !== this.roomId) continue
      const message = isMessage ? this.read(sdk) : undefined
      if (message) messages.push(message)
      else {
        flush()
        if (sdk.type === TYPES.MSG_GRP_TIP && sdk.to === this.roomId) this.tip(sdk)
        else if (sdk.type === TYPES.MSG_GRP_SYS_NOTICE) this.notice(sdk)
      }
    }
    flush()
  }

  /** A message to show; nothing for those that change something else. */
  private read(sdk: Message): RoomMessage | undefined {
    const custom = customOf(sdk)
    if (custom && custom.type !== 'gift') {
      const by = this.personOf(sdk.from, sdk.nick, sdk.avatar)
      const isHost = by.role === 'owner' || by.role === 'admin'
      if (custom.type === 'like' && !this.arriving) this.tell('likes', { total: this.view.likes, others: custom.count })
      if (custom.type === 'live-started' && isHost) this.liveIs('live', by, sdk.time * 1000)
      if (custom.type === 'live-ended' && isHost) this.liveIs('ended', by, 0)
      return undefined
    }
    const message = this.messageOf(sdk, false)
    this.said.keep(message, sdk)
    return message
  }

  private messageOf(sdk: Message, isNew: boolean): RoomMessage {
    const { view, now } = this
    return readMessage(sdk, view, { key: this.said.nextKey(), isNew, earlier: !isNew && this.arriving, stale: !isNew && this.isStale(sdk), now })
  }

  private isStale(sdk: Message): boolean {
    return this.arriving || this.chat.getServerTime() - sdk.time >= STALE_S
  }

  personOf(userId: string, nick: string, avatar: string): Person {
    return personIn(this.view, userId, nick, avatar)
  }

  private revoked(sdks: Message[]): void {
    const gone: RoomMessage[] = []
    for (const sdk of sdks) {
      const message = sdk.to === this.roomId ? this.said.find(sdk) : undefined
      if (!message || message.removed) continue
      message.removed = { by: sdk.revokerInfo.nick || sdk.revoker, reason: sdk.revokeReason }
      gone.push(message)
    }
    if (gone.length > 0) this.tell('changed', gone)
  }

  private tip(sdk: Message): void {
    const tip = tipOf(sdk, (...person) => this.personOf(...person))
    switch (tip?.tells) {
      case 'line':
        return this.tell('line', tip.line)
      case 'came':
      case 'went':
        if (!this.isStale(sdk)) this.tell(tip.tells, tip.people)
        return
      case 'profile': {
        if (this.arriving) return // the answer to the join has what holds now
        const { name = this.view.name } = tip.change
        const isRenamed = name !== this.view.name
        this.set(tip.change)
        if (isRenamed) this.tell('line', { kind: 'renamed', name })
      }
    }
  }

  private notice(sdk: Message): void {
    if (sdk.payload.groupProfile?.groupID !== this.roomId) return
    const notice = noticeOf(sdk, this.now)
    if (!notice) return
    if ('kind' in notice) this.tell('line', notice)
    else this.set({ phase: 'out', outcome: notice })
  }

  private liveIs(live: RoomView['live'], by: Person, since: number): void {
    if (live === this.view.live) return
    this.set({ live, liveSince: live === 'live' ? since : 0 })
    if (!this.arriving && live !== 'unknown') this.tell('line', { kind: live === 'live' ? 'live-started' : 'live-ended', by })
  }

  /** The page knows whether there is video. */
  setLive(live: RoomView['live'], since = 0): void {
    this.set({ live, liveSince: since })
  }

  private stateIs(state: RoomState): void {
    if (this.view.phase !== 'in') return
    const before = this.view
    const next = standing(before.me, state)
    // after a lost connection nobody else tells what was liked meanwhile
    this.set({ ...next, likes: state.likes.total + this.taps.untold })
    for (const line of linesBetween(before, next, Date.now())) this.tell('line', line)
  }

  private liked({ total, add }: { total: number; add: number }): void {
    const others = this.taps.told(add)
    this.set({ likes: total + this.taps.untold })
    this.tell('likes', { total: this.view.likes, others })
  }

  private kickedOut(type: string): void {
    const kicked: Kicked = type === TYPES.KICKED_OUT_REST_API ? 'by-backend' : type === TYPES.KICKED_OUT_USERSIG_EXPIRED ? 'expired' : 'other-login'
    const { userId } = this.view.me
    this.user = this.wished = undefined
    this.set({ phase: 'out', kicked, me: nobody() })
    if (kicked === 'expired') this.tell('token-expired', { userId })
  }

  private linkIs(change: NetChange): void {
    const { link, phase } = this.view
    const next = linkAfter(link, change, { now: Date.now(), isWanted: phase !== 'out', isOnline: globalThis.navigator?.onLine !== false })
    if (next !== link) this.set({ link: next })
  }

  set(change: Partial<RoomView>): void {
    if (this.ended) return
    this.view = { ...this.view, ...change }
    this.tell('view', this.view)
  }

  /** The last messages, for an element that comes late. */
  get recent(): RoomMessage[] {
    return this.said.all().slice(-RECENT_MAX)
  }

  /** Messages of this person that are still known, the newest last. */
  messagesOf(userId: string): RoomMessage[] {
    return this.said.all().filter(({ from }) => from.userId === userId)
  }
}
