import { create, type ChatSDK, type IMResponse, type Message } from '@plaudit/chat'
import { EVENT, LIKE, PUSH_STOPPED, TYPES } from './constants.js'
import { Emitter } from './emitter.js'
import { CODE, TWebLiveError } from './errors.js'
import { eventsOf } from './received.js'
import { serverOfPage } from './script.js'
import { Taps } from './taps.js'

/** A guest who has logged in and does not enter his room again himself is brought back after so long: pages set nick and picture in between. */
const COME_BACK_MS = 1000

const PRIORITIES: readonly string[] = ['High', 'Normal', 'Low', 'Lowest']
const GROUP = { conversationType: 'GROUP' } as const
const AVCHATROOM = 'AVChatRoom'

export interface IMOptions {
  SDKAppID: number
  /** Ours: where Plaudit is, `wss://live.example.com`. Default: `data-server` of the script tag, else where the page came from. */
  proxyServer?: string
  /**
   * Ours: how a custom message `like` goes. `message` (default): as it is, to everybody in the room. `counter`: it is
   * counted by the room instead (summed up, once a second, the total is right); pages on the official SDKs do not see it.
   */
  likes?: 'message' | 'counter'
  [other: string]: unknown
}

interface ToRoom {
  roomID: string
  priority?: string
}

/** Chat in rooms. A guest may enter and listen; whoever sends must have logged in. */
export class IM extends Emitter {
  /** Ours: the chat SDK below, for what tweblive has no call for: likes' totals, moderation, attributes. */
  readonly chat: ChatSDK
  readonly #taps = new Taps()
  readonly #countLikes: boolean
  #guestRoom = ''
  #comeBackTimer: ReturnType<typeof setTimeout> | undefined
  /** A login or an entrance that is under way: pages do not wait between the two. */
  #underWay: Promise<unknown> = Promise.resolve()

  constructor({ SDKAppID, proxyServer = serverOfPage, likes = 'message', ...others }: IMOptions) {
    super()
    this.#countLikes = likes === 'counter'
    this.chat = create({ ...others, SDKAppID, ...(proxyServer && { proxyServer }) })
    const { chat } = this
    chat.on('sdkStateReady', () => {
      this.tell(EVENT.IM_READY)
      if (this.#guestRoom) this.#comeBackTimer = setTimeout(() => void this.#comeBack(this.#guestRoom).catch(() => {}), COME_BACK_MS)
    })
    chat.on('sdkStateNotReady', () => {
      this.#stay('')
      this.tell(EVENT.IM_NOT_READY)
    })
    chat.on('onMessageReceived', ({ data }) => {
      for (const { name, data: received } of eventsOf(data)) this.tell(name, received)
    })
    chat.on('onLikesUpdated', ({ data }) => this.#liked(data.groupID, data.add))
    chat.on('kickedOut', ({ data }) => this.tell(EVENT.IM_KICKED_OUT, data.type))
    chat.on('netStateChange', ({ data }) => this.tell(EVENT.IM_NET_STATE_CHANGED, data.state))
  }

  // --- who -----------------------------------------------------------------------------------------------------------

  /** Logs in; `IM_READY` follows. `data.repeatLogin` tells that he was logged in already. */
  login(options: { userID: string; userSig: string }) {
    return this.#afterOthers(() => this.chat.login(options ?? {}))
  }

  logout() {
    this.#stay('')
    return this.chat.logout()
  }

  getMyProfile() {
    return this.chat.getMyProfile()
  }

  async setMyProfile({ nick, avatar }: { nick?: string; avatar?: string }) {
    return this.chat.updateMyProfile({ ...(nick !== undefined && { nick }), ...(avatar !== undefined && { avatar }) })
  }

  // --- rooms ---------------------------------------------------------------------------------------------------------

  /** 10025: it is there and yours. 10021: it is somebody else's. */
  async createRoom({ roomID, ...room }: { roomID?: string; name: string; introduction?: string; notification?: string; avatar?: string }) {
    return this.chat.createGroup({ ...room, type: AVCHATROOM, ...(roomID !== undefined && { groupID: idOf(roomID) }) })
  }

  /** Enters, also without a login: then as a guest, who listens. One is in one room at a time. */
  enterRoom(roomID: string) {
    return this.#afterOthers(async () => {
      this.#stay('')
      const groupID = idOf(roomID)
      const isGuest = !this.chat.getLoginUser()
      const answer = await this.chat.joinGroup({ groupID, type: AVCHATROOM })
      if (isGuest) this.#guestRoom = groupID
      return answer
    })
  }

  async exitRoom(roomID: string): Promise<IMResponse<{ groupID: string }>> {
    const groupID = idOf(roomID)
    const isAway = this.#isAway(groupID)
    if (groupID === this.#guestRoom) this.#stay('')
    return isAway ? { code: 0, data: { groupID } } : this.chat.quitGroup(groupID)
  }

  // --- talk ----------------------------------------------------------------------------------------------------------

  async sendTextMessage({ roomID, text, priority }: ToRoom & { text: string }) {
    return this.#send(roomID, to => this.chat.createTextMessage({ ...to, ...priorityOf(priority), payload: { text } }))
  }

  async sendCustomMessage({ roomID, data = '', description = '', extension = '', priority }: ToRoom & { data?: string; description?: string; extension?: string }) {
    const like = this.#countLikes && data === LIKE
    return this.#send(roomID, to => this.chat.createCustomMessage({ ...to, ...priorityOf(priority), payload: { data, description, extension } }), like)
  }

  /** Rejected: a live room has no pictures. */
  async sendImageMessage(options: ToRoom & { file: unknown }): Promise<never> {
    return this.chat.createImageMessage(options)
  }

  /** Tells the room that the broadcast has ended: everybody hears `IM_PUSH_STOPPED` with the text. */
  async stopPush({ roomID, postscript = '' }: { roomID: string; postscript?: string }) {
    return this.sendCustomMessage({ roomID, data: PUSH_STOPPED, description: postscript, priority: TYPES.MSG_PRIORITY_HIGH })
  }

  async #send(roomID: string, make: (to: { to: string; conversationType: 'GROUP' }) => Message, like = false): Promise<IMResponse<{ message: Message }>> {
    const to = idOf(roomID)
    const message = make({ ...GROUP, to })
    if (this.#isAway(to)) await this.#comeBack(to)
    if (!like) return this.chat.sendMessage(message)
    this.#taps.tapped()
    try {
      await this.chat.sendLike(to)
    } catch (error) {
      this.#taps.lost()
      message.status = 'fail'
      throw error
    }
    message.status = 'success'
    return { code: 0, data: { message } }
  }

  /** Likes that the room counted, of pages that do not send messages for them, come as such messages. */
  #liked(room: string, add: number): void {
    const hearts = this.#taps.others(add)
    if (hearts) this.tell(EVENT.IM_CUSTOM_MESSAGE_RECEIVED, Array.from({ length: hearts }, () => this.#heart(room)))
  }

  #heart(to: string): Message {
    const message = this.chat.createCustomMessage({ ...GROUP, to, payload: { data: LIKE } })
    return Object.assign(message, { from: '', flow: 'in', status: 'success' })
  }

  // --- from guest to user --------------------------------------------------------------------------------------------

  /** The room has him outside since he logged in. */
  #isAway(room: string): boolean {
    return room !== '' && room === this.#guestRoom && this.chat.isReady()
  }

  async #comeBack(room: string): Promise<void> {
    if (this.#isAway(room)) await this.enterRoom(room)
  }

  /** Where he is as a guest. */
  #stay(room: string): void {
    clearTimeout(this.#comeBackTimer)
    this.#guestRoom = room
  }

  #afterOthers<T>(call: () => Promise<T>): Promise<T> {
    const done = this.#underWay.then(call, call)
    this.#underWay = done
    return done
  }
}

/** Pages name rooms by numbers, too. */
const idOf = (room: unknown): string => (typeof room === 'number' ? String(room) : (room as string))

const priorityOf = (priority: unknown) => ({ priority: (PRIORITIES.includes(priority as string) ? priority : TYPES.MSG_PRIORITY_NORMAL) as 'Normal' })

const instances = new Map<number, IM>()

/** One per app: a second call gives the first one back. */
export function createIM(options: IMOptions): IM {
  const SDKAppID = Number(options?.SDKAppID)
  if (!SDKAppID) throw new TWebLiveError(CODE.NO_SDKAPPID, 'createIM: SDKAppID must be a number')
  const im = instances.get(SDKAppID) ?? new IM({ ...options, SDKAppID })
  instances.set(SDKAppID, im)
  return im
}
