import { TencentCloudChat, type ChatSDK, type Group, type IMError, type Message, type RoomState } from '@plaudit/chat'
import { readCustom, readTags, writeGift } from './custom.js'
import { Moderation } from './moderation.js'
import { Said } from './said.js'
import { TypedTarget } from './target.js'
import type { Gift, HouseLine, Kicked, Member, Outcome, Person, Role, RoomMessage, RoomView } from './types.js'

const { EVENT, TYPES } = TencentCloudChat

/** Bullets, hearts and comings that are older than this are not shown any more. Times come in whole seconds, rounded down. */
const STALE_S = 4
/** Operation types of the vendor's system notices. */
const NOTICE = { DISMISSED: 5, LEFT_ELSEWHERE: 8, PUT_OUT: 21, OF_BACKEND: 255 } as const
/** What a server says of a UserSig that is too old. */
const SIG_EXPIRED = [70001, 70052]

export interface RoomOptions {
  /** The app's number (SDKAppID). */
  appId: number
  roomId: string
  /** Where Plaudit is: `wss://live.example.com`. Default: where the page came from. */
  server?: string
  /** A chat instance of the page's own, made with `multipleRooms: true`. Default: one that lives and ends with this model. */
  client?: ChatSDK
  /** The key of a signed link, for guests of a room whose rule `reading` is `link`. */
  readingKey?: string
}

export interface User {
  userId: string
  userSig: string
  /** Set as the user's profile before he enters, so that his coming shows them. */
  nick?: string
  avatar?: string
}

export interface RoomEvents {
  /** `view` was replaced. */
  view: RoomView
  /** What was said, given or told, in the order of the room; never empty. Mine are among them, once, when they are made. */
  messages: RoomMessage[]
  /** Their delivery has changed, or they were removed. */
  changed: RoomMessage[]
  line: HouseLine
  came: Person[]
  went: Person[]
  /** `others`: taps of other people since the last time. */
  likes: { total: number; others: number }
  /** The user's signature is too old: call `login` with a new one. */
  'token-expired': { userId: string }
}

let instances = 0

/** A room as one person sees it: what stands, what happens, and what he can do. All elements of a room share one. */
export class RoomModel extends TypedTarget<RoomEvents> {
  view: RoomView
  /** What moderators do. The server refuses it to everybody else. */
  readonly host: Moderation
  readonly chat: ChatSDK
  private readonly ownsChat: boolean
  private readonly said = new Said()
  private user: User | undefined
  private wished: User | undefined
  private arriving = false
  private everIn = false
  /** Taps of mine that are in `view.likes` and that the server has not told yet. */
  private myTaps = 0
  private counted?: object
  private ended = false
  private readonly ears: [string, (event: { data: never }) => void][]

  constructor(private readonly options: RoomOptions) {
    super()
    this.ownsChat = options.client === undefined
    this.chat = options.client ?? newChat(options)
    this.view = emptyView(options.roomId)
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
    if (this.ownsChat) return this.chat.destroy()
    if (this.view.phase === 'in') await this.chat.quitGroup(this.roomId).catch(() => {})
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
      await this.stand(data.group)
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
  private async stand(group: Group): Promise<void> {
    const { data } = await this.chat.getRoomState(this.roomId)
    const profile = this.user ? (await this.chat.getMyProfile()).data : undefined
    const userId = this.chat.getLoginUser()
    const me = { ...nobody(), userId, nick: profile?.nick || userId, avatar: profile?.avatar ?? '', loggedIn: userId !== '' }
    this.set({
      phase: 'in',
      outcome: undefined,
      kicked: undefined,
      name: group.name,
      avatar: group.avatar,
      introduction: group.introduction,
      notice: group.notification,
      ownerId: group.ownerID,
      adminIds: group.adminIDList,
      createdAt: group.createTime * 1000,
      likes: data.likes.total + this.myTaps,
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
    this.myTaps += taps
    this.set({ likes: this.view.likes + taps })
    const takeBack = (taps: number) => {
      this.myTaps = Math.max(0, this.myTaps - taps)
      this.set({ likes: Math.max(0, this.view.likes - taps) })
    }
    this.chat.sendLike(this.roomId, taps).then(
      ({ data }) => {
        // all taps that went together have one answer; those above the server's limit were refused
        if (data !== this.counted && data.refused > 0) takeBack(data.refused)
        this.counted = data
      },
      (error: IMError) => {
        takeBack(taps)
        console.warn(`likes were not counted: ${error.message}`)
      },
    )
  }

  /** The newest first; `next` is 0 at the end of the list. */
  async members(before = 0): Promise<{ members: Member[]; next: number }> {
    const { data } = await this.chat.getGroupMemberList({ groupID: this.roomId, offset: before })
    const members = data.memberList.map(({ userID, nick, avatar, role, joinTime, muteUntil }) => ({
      userId: userID,
      nick: nick || userID,
      avatar,
      role: ROLES[role] ?? 'member',
      joinedAt: joinTime * 1000,
      mutedUntil: muteUntil * 1000,
    }))
    return { members, next: data.offset }
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
    on<{ state: string; attempt?: number; retryInMs?: number }>(EVENT.NET_STATE_CHANGE, change => this.linkIs(change))
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
    if (sdk.type === TYPES.MSG_CUSTOM) {
      const custom = readCustom(String(sdk.payload.data ?? ''))
      const by = this.personOf(sdk.from, sdk.nick, sdk.avatar)
      const isHost = by.role === 'owner' || by.role === 'admin'
      if (custom.type === 'like' && !this.arriving) this.tell('likes', { total: this.view.likes, others: custom.count })
      if (custom.type === 'live-started' && isHost) this.liveIs('live', by, sdk.time * 1000)
      if (custom.type === 'live-ended' && isHost) this.liveIs('ended', by, 0)
      if (custom.type !== 'gift') return undefined
    }
    const message = this.messageOf(sdk, false)
    this.said.keep(message, sdk)
    return message
  }

  private messageOf(sdk: Message, isNew: boolean): RoomMessage {
    const { me } = this.view
    const custom = sdk.type === TYPES.MSG_CUSTOM ? readCustom(String(sdk.payload.data ?? '')) : undefined
    const gift = custom?.type === 'gift' ? custom.gift : undefined
    const text = gift ? '' : textOf(sdk)
    const mine = isNew || (me.userId !== '' && sdk.from === me.userId)
    return {
      key: this.said.nextKey(),
      kind: gift ? 'gift' : 'text',
      from: isNew ? me : this.personOf(sdk.from, sdk.nick, sdk.avatar),
      text,
      ...(gift && { gift }),
      priority: sdk.priority,
      mine,
      mentionsMe: !mine && me.loggedIn && mentions(text, me),
      tags: readTags(sdk.cloudCustomData),
      earlier: !isNew && this.arriving,
      stale: !isNew && this.isStale(sdk),
      at: isNew ? this.now : sdk.time * 1000,
      sequence: sdk.sequence,
      delivery: isNew ? 'pending' : 'said',
    }
  }

  private isStale(sdk: Message): boolean {
    return this.arriving || this.chat.getServerTime() - sdk.time >= STALE_S
  }

  personOf(userId: string, nick: string, avatar: string): Person {
    const { ownerId, adminIds } = this.view
    const role: Role = userId !== '' && userId === ownerId ? 'owner' : adminIds.includes(userId) ? 'admin' : 'member'
    return { userId, nick: nick || userId, avatar: avatar ?? '', role }
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
    const { payload } = sdk
    const people = ((payload.memberList ?? []) as { userID: string; nick: string; avatar: string }[]).map(({ userID, nick, avatar }) =>
      this.personOf(userID, nick, avatar),
    )
    const by = this.personOf(sdk.from, sdk.nick, sdk.avatar)
    const { reason = '', duration = 0 } = payload
    switch (payload.operationType) {
      case TYPES.GRP_TIP_MBR_JOIN:
        if (!this.isStale(sdk)) this.tell('came', people)
        return
      case TYPES.GRP_TIP_MBR_QUIT:
        if (!this.isStale(sdk)) this.tell('went', people)
        return
      case TYPES.GRP_TIP_MBR_KICKED_OUT:
        return this.tell('line', { kind: 'put-out', people, by, reason, seconds: 0, banned: false })
      case TYPES.GRP_TIP_BAN_AVCHATROOM_MEMBER:
        return this.tell('line', { kind: 'put-out', people, by, reason, seconds: duration, banned: true })
      case TYPES.GRP_TIP_GRP_PROFILE_UPDATED: {
        if (this.arriving) return // the answer to the join has what holds now
        const { name, notification, avatar, introduction } = payload.newGroupProfile ?? {}
        const renamed = name !== undefined && name !== this.view.name
        this.set({
          ...(name !== undefined && { name }),
          ...(notification !== undefined && { notice: notification }),
          ...(avatar !== undefined && { avatar }),
          ...(introduction !== undefined && { introduction }),
        })
        if (renamed) this.tell('line', { kind: 'renamed', name })
      }
    }
  }

  private notice({ payload }: Message): void {
    if (payload.groupProfile?.groupID !== this.roomId) return
    switch (payload.operationType) {
      case NOTICE.OF_BACKEND:
        return this.tell('line', { kind: 'notice', text: String(payload.userDefinedField ?? '') })
      case NOTICE.DISMISSED:
        return this.out({ why: 'dismissed' })
      case NOTICE.LEFT_ELSEWHERE:
        return this.out({ why: 'left-elsewhere' })
      case NOTICE.PUT_OUT: {
        const { handleMessage: reason = '', duration = 0 } = payload
        const until = duration === Infinity || duration >= 0xffffffff ? Infinity : this.now + duration * 1000
        return this.out(duration > 0 ? { why: 'banned', reason, until } : { why: 'removed', reason })
      }
    }
  }

  private out(outcome: Outcome): void {
    this.set({ phase: 'out', outcome })
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
    const { me, rules } = this.view
    const next = standing(me, state)
    // after a lost connection nobody else tells what was liked meanwhile
    this.set({ ...next, likes: state.likes.total + this.myTaps })
    if (next.rules.muteAll !== rules.muteAll) this.tell('line', { kind: 'mute-all', on: next.rules.muteAll })
    if (next.rules.slowMode !== rules.slowMode) this.tell('line', { kind: 'slow-mode', seconds: next.rules.slowMode })
    const [before, after] = [me.mutedUntil > Date.now(), next.me.mutedUntil > Date.now()]
    if (after && !before) this.tell('line', { kind: 'you-muted', until: next.me.mutedUntil })
    if (before && !after && next.me.mutedUntil === 0) this.tell('line', { kind: 'you-unmuted' })
  }

  private liked({ total, add }: { total: number; add: number }): void {
    const others = Math.max(0, add - this.myTaps)
    this.myTaps = Math.max(0, this.myTaps - add)
    this.set({ likes: total + this.myTaps })
    this.tell('likes', { total: this.view.likes, others })
  }

  private kickedOut(type: string): void {
    const kicked: Kicked = type === TYPES.KICKED_OUT_REST_API ? 'by-backend' : type === TYPES.KICKED_OUT_USERSIG_EXPIRED ? 'expired' : 'other-login'
    const { userId } = this.view.me
    this.user = this.wished = undefined
    this.set({ phase: 'out', kicked, me: nobody() })
    if (kicked === 'expired') this.tell('token-expired', { userId })
  }

  private linkIs({ state, attempt = 0, retryInMs = 0 }: { state: string; attempt?: number; retryInMs?: number }): void {
    const since = Date.now()
    const before = this.view.link
    if (state === TYPES.NET_STATE_CONNECTED) {
      return this.set({ link: { state: 'connected', since, restored: before.state !== 'connecting' && before.state !== 'connected' } })
    }
    const away = before.state === 'connected' || before.state === 'connecting' ? since : before.since
    if (state === TYPES.NET_STATE_CONNECTING) {
      if (before.state === 'connected' || before.state === 'offline') this.set({ link: { state: 'reconnecting', since: away, attempt: 0, retryAt: 0 } })
      else if (before.state === 'reconnecting') this.set({ link: { ...before, retryAt: 0 } })
      return
    }
    if (this.view.phase === 'out') return // nobody wants a connection
    if (globalThis.navigator?.onLine === false) this.set({ link: { state: 'offline', since: away } })
    else this.set({ link: { state: 'reconnecting', since: away, attempt, retryAt: since + retryInMs } })
  }

  set(change: Partial<RoomView>): void {
    if (this.ended) return
    this.view = { ...this.view, ...change }
    this.tell('view', this.view)
  }

  /** Messages of this person that are still known, the newest last. */
  messagesOf(userId: string): RoomMessage[] {
    return this.said.all().filter(({ from }) => from.userId === userId)
  }
}

export const ROLES: Record<string, Role> = { Owner: 'owner', Admin: 'admin', Member: 'member', Guest: 'guest' }

function newChat({ appId, server }: RoomOptions): ChatSDK {
  const chat = TencentCloudChat.create({
    SDKAppID: appId,
    ...(server !== undefined && server !== '' && { proxyServer: server }),
    multipleRooms: true,
    instance: `live-room-${++instances}`,
  })
  return chat
}

const nobody = (): RoomView['me'] => ({
  userId: '',
  nick: '',
  avatar: '',
  role: 'guest',
  loggedIn: false,
  mayModerate: false,
  maySpeak: false,
  mutedUntil: 0,
})

const emptyView = (roomId: string): RoomView => ({
  roomId,
  phase: 'idle',
  link: { state: 'connecting', since: Date.now() },
  name: '',
  avatar: '',
  introduction: '',
  notice: '',
  ownerId: '',
  adminIds: [],
  createdAt: 0,
  live: 'unknown',
  liveSince: 0,
  online: { members: 0, guests: 0 },
  likes: 0,
  me: nobody(),
  rules: { slowMode: 0, muteAll: false, holdBack: 0, guests: true, refuseLinks: false },
})

function standing(me: RoomView['me'], state: RoomState): Pick<RoomView, 'me' | 'online' | 'rules'> {
  const { online, slowMode, muteAll, holdBack, guestsAllowed, refuseLinks, myself } = state
  return {
    online,
    me: {
      ...me,
      role: ROLES[myself.role] ?? 'guest',
      mayModerate: myself.mayModerate,
      maySpeak: myself.maySpeak,
      mutedUntil: myself.mutedUntil * 1000,
    },
    rules: { slowMode, muteAll, holdBack, guests: guestsAllowed, refuseLinks },
  }
}

/** What is shown of a message that is no gift. Pictures and files of other programs are named, not loaded. */
function textOf({ type, payload, elements }: Message): string {
  if (elements.length > 1) return elements.map(element => textOfOne(element)).join('')
  return textOfOne({ type, payload })
}

function textOfOne({ type, payload }: { type: string; payload: any }): string {
  if (type === TYPES.MSG_TEXT) return String(payload.text ?? '')
  if (type === TYPES.MSG_FACE) return String(payload.data ?? '')
  return `[${type.replace(/^TIM|Elem$/g, '')}]`
}

/** `@nick` or `@userId`, with nothing of a longer name behind it. */
function mentions(text: string, { nick, userId }: Person): boolean {
  if (!text.includes('@')) return false
  const said = text.toLowerCase()
  return [nick, userId].some(name => {
    if (name === '') return false
    const at = said.indexOf(`@${name.toLowerCase()}`)
    if (at < 0) return false
    const next = said[at + name.length + 1]
    return next === undefined || !/[\p{Letter}\p{Number}_-]/u.test(next) || /[^\x00-\x7f]/.test(next)
  })
}
