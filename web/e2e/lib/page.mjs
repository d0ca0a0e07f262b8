// One browser page with one SDK instance. Everything that the SDK emits is recorded on this side, so that tests
// read plain data and wait for conditions, never for time.
import { expect } from '@playwright/test'
import { APP, APPS } from './server.mjs'
import { sign } from './usersig.mjs'

/** Decision 40: the one foreign address that v2 asks by itself, its log report while the link is down. */
const LOG_REPORT = 'https://events.im.qcloud.com/v4/imopenstat/tim_web_report_v2'

const WAIT_MS = 10_000

/** An SDK call that was rejected. `code` is what the application would branch on. */
export class ImError extends Error {
  constructor(method, { code, message, data }) {
    super(`${method}: ${code} ${message}`)
    this.code = code
    this.data = data
  }
}

/** Runs in the page before anything else: a copy of SDK objects as plain data, without functions and cycles. */
function installPlain() {
  window.plain = (value, seen = []) => {
    if (value === null || typeof value !== 'object') return typeof value === 'function' ? undefined : value
    if (seen.includes(value)) return undefined
    const deeper = [...seen, value]
    if (Array.isArray(value)) return value.map(item => window.plain(item, deeper))
    if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, window.plain(v, deeper)]))
    return Object.fromEntries(Object.keys(value).map(key => [key, window.plain(value[key], deeper)]))
  }
}

/** Runs in the page: makes the instance and records all of its events under the names of the EVENT enum. */
function createInstance({ appId, proxyServer, options }) {
  const chat = SDK.create({ SDKAppID: appId, proxyServer, ...options })
  for (const [key, value] of Object.entries(SDK.EVENT)) {
    chat.on(value, event => window.recordEvent(key, window.plain(event.data)))
  }
  window.chat = chat
  window.outgoing = {}
}

/** Runs in the page: an API call whose result or rejection comes back as plain data. */
async function callInstance({ object, method, args }) {
  const started = performance.now()
  try {
    return { value: window.plain(await window[object][method](...args)), tookMs: performance.now() - started }
  } catch (error) {
    const { code, message, data } = error
    return { error: { code, message, data: window.plain(data) }, tookMs: performance.now() - started }
  }
}

/** Runs in the page: create one message and send it. `after` is the message object once sending has ended. */
async function createAndSend({ create, options }) {
  const message = window.chat[create](options)
  try {
    const { data } = await window.chat.sendMessage(message)
    return { value: window.plain(data.message), same: data.message === message }
  } catch (error) {
    return { error: { code: error.code, message: error.message, data: { status: message.status } } }
  }
}

export class Client {
  /** Every event so far: {name, data, at}. It survives a reload of the page. */
  events = []
  consoleErrors = []
  pageErrors = []
  foreignRequests = []
  logReports = 0
  #tolerated = []
  #listeners = new Set()

  /**
   * @param {import('@playwright/test').Browser} browser
   * @param {{site, path: string, label?: string}} options
   */
  static async open(browser, { site, path, label = path }) {
    const client = new Client()
    client.label = label
    client.address = `${site.url}${path}`
    // A context of its own: instances must not meet in local storage.
    client.context = await browser.newContext()
    await client.context.route(
      url => url.hostname !== '127.0.0.1',
      route => {
        const url = route.request().url()
        if (url.startsWith(LOG_REPORT)) client.logReports++
        else client.foreignRequests.push(url)
        return route.abort()
      },
    )
    client.page = await client.context.newPage()
    client.page.on('console', message => {
      if (message.type() === 'error') client.consoleErrors.push(`${message.text()} (${message.location().url})`)
    })
    // Uncaught exceptions and unhandled promise rejections.
    client.page.on('pageerror', error => client.pageErrors.push(String(error?.stack ?? error)))
    await client.page.exposeBinding('recordEvent', (_, name, data) => client.#record({ name, data, at: Date.now() }))
    await client.page.addInitScript(installPlain)
    await client.page.goto(client.address)
    return client
  }

  /** Makes the SDK instance: the wire's address stays fixed for its life. */
  async create({ proxyServer, appId = APP.id, options = {} }) {
    this.created = { proxyServer, appId, options }
    await this.page.evaluate(createInstance, this.created)
    return this
  }

  /** Reload as a person does: all client state is lost, a new instance is made. */
  async reload() {
    await this.page.reload()
    await this.page.evaluate(createInstance, this.created)
  }

  #record(event) {
    this.events.push(event)
    for (const listener of this.#listeners) listener()
  }

  // --- calls ---------------------------------------------------------------------------------------------------------

  /** An API call; resolves with its result, throws `ImError`. */
  async call(method, ...args) {
    const { value, error, tookMs } = await this.page.evaluate(callInstance, { object: 'chat', method, args })
    this.lastCallMs = tookMs
    if (error) throw new ImError(method, error)
    return value
  }

  /** An API call that must be rejected with `code`; gives the error. */
  async refused(code, method, ...args) {
    const outcome = await this.call(method, ...args).then(
      value => ({ resolved: value }),
      error => error,
    )
    expect(outcome, `${method} must be rejected with ${code}`).toMatchObject({ code })
    return outcome
  }

  /** Logs in and waits for SDK_READY. */
  async login(user, userSig = sign(user, { app: APPS.find(({ id }) => id === this.created.appId) })) {
    const from = this.mark()
    const result = await this.call('login', { userID: user, userSig })
    await this.waitFor('SDK_READY', { from })
    this.user = user
    return result
  }

  async join(room) {
    const { data } = await this.call('joinGroup', { groupID: room, type: 'AVChatRoom' })
    return data
  }

  /** `kind` is Text, Custom or Face. Gives the sender's message object. */
  async send(room, kind, payload, { priority = 'Normal', cloudCustomData } = {}) {
    const { value, error, same } = await this.page.evaluate(createAndSend, {
      create: `create${kind}Message`,
      options: { to: room, conversationType: 'GROUP', priority, payload, ...(cloudCustomData !== undefined && { cloudCustomData }) },
    })
    if (error) throw new ImError('sendMessage', error)
    expect(same, 'sendMessage gives back the object that was made').toBe(true)
    return value
  }

  sendText(room, text, options) {
    return this.send(room, 'Text', { text }, options)
  }

  /** A text that must be refused with `code`. */
  async sendRefused(code, room, text) {
    const outcome = await this.sendText(room, text).then(
      value => ({ resolved: value }),
      error => error,
    )
    expect(outcome, `sendMessage must be rejected with ${code}`).toMatchObject({ code })
    return outcome
  }

  // --- what was seen -------------------------------------------------------------------------------------------------

  /** A place in the record, for "since then". */
  mark() {
    return this.events.length
  }

  seen(name, { from = 0 } = {}) {
    return this.events.slice(from).filter(event => event.name === name)
  }

  /** All messages of one room in the order in which the application got them: texts, tips and notices. */
  messages(room, { from = 0 } = {}) {
    return this.seen('MESSAGE_RECEIVED', { from })
      .flatMap(event => event.data)
      .filter(m => m.to === room || m.conversationID === `GROUP${room}` || m.payload?.groupProfile?.groupID === room)
  }

  texts(room, options) {
    return this.messages(room, options)
      .filter(m => m.type === 'TIMTextElem')
      .map(m => m.payload.text)
  }

  tips(room, operationType, options) {
    return this.messages(room, options).filter(m => m.type === 'TIMGroupTipElem' && m.payload.operationType === operationType)
  }

  notices(room, operationType, options) {
    return this.messages(room, options).filter(m => m.type === 'TIMGroupSystemNoticeElem' && m.payload.operationType === operationType)
  }

  /** Waits for the first event of that name (and shape) since `from` and gives its data. */
  async waitFor(name, { from = 0, where = () => true, timeout = WAIT_MS } = {}) {
    return this.until(() => this.seen(name, { from }).find(event => where(event.data)), `event ${name}`, timeout).then(event => event.data)
  }

  waitForText(room, text, options) {
    return this.waitForMessage(room, m => m.type === 'TIMTextElem' && m.payload.text === text, `text "${text}"`, options)
  }

  waitForTip(room, operationType, where = () => true, options) {
    return this.waitForMessage(room, m => m.type === 'TIMGroupTipElem' && m.payload.operationType === operationType && where(m), `tip ${operationType}`, options)
  }

  waitForNotice(room, operationType, options) {
    return this.waitForMessage(room, m => m.type === 'TIMGroupSystemNoticeElem' && m.payload.operationType === operationType, `notice ${operationType}`, options)
  }

  waitForMessage(room, where, what, { from = 0, timeout = WAIT_MS } = {}) {
    return this.until(() => this.messages(room, { from }).find(where), what, timeout)
  }

  /** Waits until `condition` over the record gives something, looking only when something was recorded. */
  until(condition, what, timeout = WAIT_MS) {
    const found = condition()
    if (found) return Promise.resolve(found)
    return new Promise((resolve, reject) => {
      const finish = (settle, value) => {
        clearTimeout(limit)
        this.#listeners.delete(look)
        settle(value)
      }
      const look = () => {
        const value = condition()
        if (value) finish(resolve, value)
      }
      const limit = setTimeout(() => finish(reject, new Error(`${this.label}: no ${what} within ${timeout} ms; seen:\n${this.summary()}`)), timeout)
      this.#listeners.add(look)
    })
  }

  summary() {
    return this.events.map(({ name, data }) => `  ${name} ${JSON.stringify(data ?? null).slice(0, 300)}`).join('\n')
  }

  // --- what must not be seen -----------------------------------------------------------------------------------------

  /** Console errors and rejections that match are what the test provokes. */
  tolerate(...patterns) {
    this.#tolerated.push(...patterns)
    return this
  }

  /** Fails on anything the page should not have done. Called at the end of every test for every page. */
  complaints() {
    const untolerated = text => !this.#tolerated.some(pattern => pattern.test(text))
    return [
      ...this.foreignRequests.map(url => `${this.label} asked a foreign host: ${url}`),
      ...this.pageErrors.filter(untolerated).map(text => `${this.label} had an uncaught error or unhandled rejection: ${text}`),
      ...this.consoleErrors.filter(untolerated).map(text => `${this.label} printed a console error: ${text}`),
    ]
  }

  async close() {
    await this.context.close()
  }
}

/** Texts over which a member may stumble, in messages of every kind. */
export const STRANGE_TEXT = '你好，直播间 👩‍👩‍👧‍👦🇨🇳 "quotes" \\back\\ <b>&amp;</b>\ttab\nline\u2028\u00a0end'
