// An instance of the SDK on the fake server, with everything that it tells on record.
import WebSocket from 'ws'
import { FakeServer } from './fake-server.mjs'
import { create, EVENT } from '../../dist/plaudit-chat.js'

/** Short waiting times, so that tests of seconds take milliseconds. */
export const QUICK = { backoffFirst: 20, backoffMax: 100, provenAfter: 60_000, pingAnswer: 80, impatience: 100, open: 500, request: 1500, tap: 60, slice: 30 }

const LIMIT_MS = 3000
let lastApp = 1000

/** Waits until `condition` gives something. */
export async function until(condition, what = String(condition)) {
  const end = Date.now() + LIMIT_MS
  for (;;) {
    const found = condition()
    if (found) return found
    if (Date.now() > end) throw new Error(`not within ${LIMIT_MS} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/** Lets everything that is under way arrive, by a round trip behind it. */
export const fence = (chat, room = 'r') => chat.getLikes(room).catch(() => {})

export class Client {
  events = []

  constructor(server, options = {}) {
    this.server = server
    this.chat = create({ SDKAppID: ++lastApp, proxyServer: server.url, webSocket: WebSocket, timing: QUICK, ...options })
    for (const [name, value] of Object.entries(EVENT)) {
      this.chat.on(value, ({ data }) => this.events.push({ name, data }))
    }
  }

  async login(user = 'ada') {
    await this.chat.login({ userID: user, userSig: 'good' })
    await until(() => this.seen('SDK_READY').length > 0, 'SDK_READY')
    return this
  }

  join(groupID = 'r') {
    return this.chat.joinGroup({ groupID, type: 'AVChatRoom' }).then(({ data }) => data)
  }

  text(text, to = 'r', more = {}) {
    return this.chat.createTextMessage({ to, conversationType: 'GROUP', payload: { text }, ...more })
  }

  seen(name) {
    return this.events.filter(event => event.name === name).map(({ data }) => data)
  }

  get messages() {
    return this.seen('MESSAGE_RECEIVED').flat()
  }

  get texts() {
    return this.messages.filter(({ type }) => type === 'TIMTextElem').map(({ payload }) => payload.text)
  }

  waitForText(text) {
    return until(() => this.texts.includes(text), `text "${text}", but ${this.texts}`)
  }
}

/** A test with a server and clients of its own, which end with it. */
export function scene(run) {
  return async context => {
    const server = await FakeServer.start()
    const clients = []
    const open = options => {
      const client = new Client(server, options)
      clients.push(client)
      return client
    }
    try {
      await run({ server, open, context })
    } finally {
      await Promise.all(clients.map(({ chat }) => chat.destroy()))
      await server.stop()
    }
  }
}
