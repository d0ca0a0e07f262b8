// The living room, through any of the SDKs: they have the same API. Where ours has more (likes, holes that are told), it is used.

/** The online number's server-side age is about 10 s; the vendor asks for no more than one question per 5 to 10 s. */
const COUNT_EVERY_MS = 7_000
const READY_WITHIN_MS = 20_000
/** However fast someone taps, one request per second carries the sum. */
const LIKES_EVERY_MS = 1_000
/** The room's counter in which the server keeps its likes. */
const LIKES = 'likes'

export class Room extends EventTarget {
  #sdk
  #chat
  #id
  #guest = false
  #taps = 0
  #tapsTimer
  #likes

  constructor({ sdk, config }) {
    super()
    this.#sdk = sdk
    this.#id = config.room.id
    this.#chat = sdk.create({ SDKAppID: config.sdkAppID, proxyServer: config.proxyServer })
    this.#chat.setLogLevel(3)
    this.#listen()
  }

  /** Joins without a login: reads, cannot talk. */
  async enterAsGuest() {
    await this.#join()
    this.#guest = true
    this.#count()
    setInterval(() => this.#count(), COUNT_EVERY_MS)
  }

  /** Logs in, takes a name and a face, joins as a member. */
  async logIn({ user, ticket, nick, avatar }) {
    await this.#leaveAsGuest()
    const ready = this.#once(this.#sdk.EVENT.SDK_READY, READY_WITHIN_MS)
    // A login that is refused rejects by itself; the wait must not complain a second time.
    ready.catch(() => {})
    await this.#chat.login({ userID: user, userSig: ticket })
    await ready
    // Before joining, so that the tip "came in" carries both.
    await this.#chat.updateMyProfile({ nick, avatar })
    await this.#join()
    this.#count()
  }

  /** Makes a message to put on screen at once; `send` then fills in the same object. */
  text(text, priority) {
    return this.#chat.createTextMessage(this.#to(priority, { text }))
  }

  custom(data, priority) {
    const payload = { data: JSON.stringify(data), description: data.businessID, extension: '' }
    return this.#chat.createCustomMessage(this.#to(priority, payload))
  }

  async send(message) {
    await this.#chat.sendMessage(message)
  }

  /** Counts a tap. Ours sums them itself; for the official SDKs they are summed here and added to the counter. */
  like() {
    const told = (error) => this.#tell('trouble', error)
    if (this.#chat.sendLike) return void this.#chat.sendLike(this.#id).catch(told)
    this.#taps += 1
    this.#tapsTimer ??= setTimeout(() => {
      const value = this.#taps
      this.#taps = 0
      this.#tapsTimer = undefined
      this.#chat.increaseGroupCounter({ groupID: this.#id, key: LIKES, value }).catch(told)
    }, LIKES_EVERY_MS)
  }

  /** A new total; the first one is where we begin. */
  #liked(total, add = total - (this.#likes ?? total)) {
    this.#likes = total
    this.#tell('likes', { total, add })
  }

  #to(priority, payload) {
    return { to: this.#id, conversationType: this.#sdk.TYPES.CONV_GROUP, priority, payload }
  }

  async #join() {
    const { data } = await this.#chat.joinGroup({ groupID: this.#id, type: this.#sdk.TYPES.GRP_AVCHATROOM })
    this.#tell('profile', data.group ?? {})
    this.#tell('link', 'connected')
    if (!this.#chat.getRoomState) return
    const state = await this.#chat.getRoomState(this.#id)
    this.#liked(state.data.likes.total, 0)
  }

  /** v2 stumbles at login over a room that it joined as a guest; a guest's leaving is local, nothing is sent. With ours a
   * guest who logs in stays where he is. */
  async #leaveAsGuest() {
    if (!this.#guest) return
    this.#guest = false
    if (this.#chat.sendLike) return
    await this.#chat.quitGroup(this.#id).catch((error) => console.warn('leaving as a guest', error))
  }

  async #count() {
    if (document.hidden) return
    try {
      const { data } = await this.#chat.getGroupOnlineMemberCount(this.#id)
      this.#tell('count', data.memberCount)
    } catch (error) {
      console.warn('online count', error)
    }
  }

  #listen() {
    const { EVENT } = this.#sdk
    const on = (name, act) => this.#chat.on(name, ({ data }) => act(data))
    on(EVENT.MESSAGE_RECEIVED, (messages) => messages.forEach((message) => this.#sort(message)))
    on(EVENT.NET_STATE_CHANGE, ({ state }) => this.#tell('link', state))
    on(EVENT.KICKED_OUT, ({ type }) => this.#tell('kicked', type))
    on(EVENT.ERROR, (error) => this.#tell('trouble', error))
    if (EVENT.LIKES_UPDATED) {
      on(EVENT.LIKES_UPDATED, ({ total, add }) => this.#liked(total, add))
      on(EVENT.GAP_DETECTED, (gap) => this.#tell('gap', gap))
      return
    }
    on(EVENT.GROUP_COUNTER_UPDATED, ({ key, value }) => key === LIKES && this.#liked(value))
  }

  /** One message of the SDK, by what it means for this room. */
  #sort(message) {
    const { TYPES } = this.#sdk
    const { type, payload } = message
    if (type === TYPES.MSG_GRP_SYS_NOTICE) return this.#notice(payload)
    if (message.to !== this.#id) return
    if (type === TYPES.MSG_GRP_TIP) return this.#tip(message)
    if (type === TYPES.MSG_TEXT) return this.#tell('text', { message, text: payload.text })
    if (type === TYPES.MSG_FACE) return this.#tell('text', { message, text: payload.data })
    if (type === TYPES.MSG_CUSTOM) return this.#tell('custom', { message, data: parsed(payload.data) })
    this.#tell('unknown', { message })
  }

  #notice(payload) {
    if (payload.groupProfile?.groupID && payload.groupProfile.groupID !== this.#id) return
    if (payload.operationType === 5) this.#tell('dismissed')
    if (payload.operationType === 255) this.#tell('notice', payload.userDefinedField)
  }

  #tip({ payload, nick, avatar }) {
    const { TYPES } = this.#sdk
    const people = payload.memberList?.length
      ? payload.memberList.map((member) => ({
          user: member.userID,
          nick: member.nick || member.userID,
          avatar: member.avatar,
        }))
      : payload.userIDList?.map((user) => ({ user, nick: nick || user, avatar }))
    if (payload.operationType === TYPES.GRP_TIP_MBR_JOIN) this.#tell('joined', people ?? [])
    if (payload.operationType === TYPES.GRP_TIP_MBR_QUIT) this.#tell('left', people ?? [])
    if (payload.operationType === TYPES.GRP_TIP_GRP_PROFILE_UPDATED) {
      const { groupName, notification } = payload.newGroupProfile ?? {}
      this.#tell('profile', { name: groupName, notification, renamed: Boolean(groupName) })
    }
  }

  #once(name, withinMs) {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`${name} did not come within ${withinMs / 1000} s`)), withinMs)
      const heard = () => {
        clearTimeout(timer)
        this.#chat.off(name, heard)
        done()
      }
      this.#chat.on(name, heard)
    })
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }
}

/** What others put into custom messages is theirs; what we cannot read is an empty object. */
function parsed(text) {
  try {
    const data = JSON.parse(text)
    return data && typeof data === 'object' ? data : {}
  } catch {
    return {}
  }
}
