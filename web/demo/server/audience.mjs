// People who are really in the room: each with a connection of our own SDK, as a browser would have it. They are seen in
// the list of the audience, come and go, and tap hearts; what they say goes over REST (talkers.mjs).

import { TencentCloudChat } from '@plaudit/chat'
import WebSocket from 'ws'

const { EVENT, TYPES } = TencentCloudChat

/** They come one after the other, as people do. */
const COMING_EVERY_MS = 400

export class Audience {
  #wish
  #room
  #sign
  #seats = new Map()
  #ended = false

  /** `sign` makes the ticket of a user. */
  constructor({ wish, room, sign }) {
    this.#wish = wish
    this.#room = room
    this.#sign = sign
  }

  /** The host makes somebody moderator, and goes: her page is where she sits. */
  async appoint(host, moderator) {
    await this.come(moderator)
    await this.come(host)
    try {
      await this.#seats.get(host).setGroupAdmins({ groupID: this.#room, userIDList: [moderator], isAdmin: true })
    } finally {
      await this.go(host)
    }
  }

  async enter(ids) {
    for (const id of ids) {
      if (this.#ended) return
      await this.come(id).catch((error) => console.error(`${id} cannot come: ${error.message}`))
      await new Promise((done) => setTimeout(done, COMING_EVERY_MS).unref())
    }
  }

  /** Once: who is there already stays as he is. */
  async come(id) {
    if (this.#seats.has(id) || this.#ended) return
    const chat = TencentCloudChat.create({
      SDKAppID: this.#wish.app,
      proxyServer: this.#wish.plaudit.replace(/^http/, 'ws'),
      webSocket: WebSocket,
      instance: id,
    })
    chat.setLogLevel(3)
    this.#seats.set(id, chat)
    try {
      await chat.login({ userID: id, userSig: this.#sign(id) })
      await chat.joinGroup({ groupID: this.#room, type: TYPES.GRP_AVCHATROOM })
    } catch (error) {
      await this.go(id)
      throw error
    }
  }

  async go(id) {
    const chat = this.#seats.get(id)
    this.#seats.delete(id)
    await chat?.quitGroup(this.#room).catch(() => {})
    await chat?.destroy().catch(() => {})
  }

  /** Taps of one person; false where he is not in. */
  async like(id, taps) {
    const chat = this.#seats.get(id)
    if (!chat) return false
    await chat.sendLike(this.#room, taps)
    return true
  }

  /** What one person sees from now on: `message(message)`, `likes(total)`, `gap()` where he missed something. Answers how to stop. */
  watch(id, { message, likes, gap }) {
    const chat = this.#seats.get(id)
    if (!chat) return () => {}
    const said = ({ data }) => data.forEach(message)
    const liked = ({ data }) => likes(data.total)
    chat.on(EVENT.MESSAGE_RECEIVED, said)
    chat.on(EVENT.LIKES_UPDATED, liked)
    chat.on(EVENT.GAP_DETECTED, gap)
    return () => {
      chat.off(EVENT.MESSAGE_RECEIVED, said)
      chat.off(EVENT.LIKES_UPDATED, liked)
      chat.off(EVENT.GAP_DETECTED, gap)
    }
  }

  async end() {
    this.#ended = true
    await Promise.all([...this.#seats.keys()].map((id) => this.go(id)))
  }
}
