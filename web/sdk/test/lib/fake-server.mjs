// A small server that speaks docs/protocol.md, for tests: it does what the page says unless a test tells it otherwise.
import http from 'node:http'
import { WebSocketServer } from 'ws'

const EPOCH = 'e.1'

/** A room: its events, and who hears it. */
class FakeRoom {
  events = []
  seq = 100
  epoch = EPOCH
  hearers = new Set()
  likes = 0
  recent = 0
  /** Places before this are not covered. */
  coveredFrom = 0
  /** How many missed events fit into one answer. */
  answerMax = Infinity
  attributes = { version: 1, values: {} }

  constructor(id) {
    this.profile = { id, name: `room ${id}`, introduction: '', notification: '', avatar: '', owner: 'owner', admins: [], created_s: 1, custom: {}, mute_all: false }
  }

  /** Something happens; everybody is told in one frame. */
  tell(...whats) {
    const after = this.seq
    const events = whats.map(what => ({ seq: ++this.seq, at: Date.now(), ...what }))
    this.events.push(...events)
    this.frame({ epoch: this.epoch, after, seq: this.seq, events })
    return events
  }

  frame(frame) {
    for (const client of this.hearers) client.write({ room: this.profile.id, ...frame })
  }

  say(text, from = person('ada')) {
    return this.tell({ type: 'message', from, random: Math.floor(Math.random() * 2 ** 32), client_time: 1, priority: 'normal', parts: [{ text }] })[0]
  }

  state() {
    return { online: { members: this.hearers.size, guests: 0, age_ms: 0 }, likes: { total: this.likes }, rules: { slow_mode_s: 0, mute_all: false } }
  }

  snapshot() {
    const recent = this.recent ? this.events.filter(({ type }) => type === 'message').slice(-this.recent) : []
    return { profile: this.profile, attributes: this.attributes, counters: { version: 1, values: {} }, recent }
  }

  arrival(epoch, seq, already) {
    const common = { room: this.profile.id, epoch: this.epoch, seq: this.seq, already, state: this.state(), you: you() }
    if (seq === undefined) return { ...common, resumed: false, ...this.snapshot() }
    if (epoch !== this.epoch || seq < this.coveredFrom) return { ...common, resumed: false, gap: { epoch, seq }, ...this.snapshot() }
    const events = this.events.filter(event => event.seq > seq)
    if (events.length <= this.answerMax) return { ...common, resumed: true, after: seq, events }
    const some = events.slice(0, this.answerMax)
    return { ...common, resumed: true, more: true, after: seq, seq: some.at(-1).seq, events: some }
  }
}

export const person = user => ({ user, number: `1${user.length}${user.charCodeAt(0)}`, nick: user.toUpperCase(), avatar: '' })
const you = () => ({ role: 'member', may_moderate: false, may_speak: true, muted_s: 0, likes: 0 })

class FakeClient {
  constructor(server, socket) {
    this.server = server
    this.socket = socket
    socket.on('message', text => this.hear(JSON.parse(text)))
    socket.on('close', () => {
      server.clients.delete(this)
      for (const room of server.rooms.values()) room.hearers.delete(this)
    })
  }

  write(frame) {
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify(frame))
  }

  hear(request) {
    this.server.requests.push(request)
    const { id, op } = request
    const special = this.server.answers[op]?.(request, this)
    if (special === 'silence') return
    const answer = special ?? this[op]?.(request) ?? { error: { code: 10003, cause: 'unknown_op', text: op } }
    this.write({ id, ...answer })
  }

  welcome(more) {
    return { ok: { time_ms: Date.now() + 60_000, ping_ms: this.server.pingMs, taps_max: 30, ...more } }
  }

  login({ user, sig }) {
    if (sig !== 'good') return { error: { code: 70003, cause: 'login', text: 'bad ticket' } }
    this.user = user
    return this.begin(user)
  }

  begin(user) {
    const token = `token-${user}`
    this.user = user
    const { number } = person(user)
    return this.welcome({ user, number, token })
  }

  resume({ token }) {
    if (this.server.forgotten.has(token)) return { error: { code: 70001, cause: 'login', text: 'unknown token' } }
    return this.begin(token.slice('token-'.length))
  }

  guest() {
    return this.welcome({})
  }

  logout() {
    this.user = undefined
    return { ok: {} }
  }

  ping() {
    return { ok: { time_ms: Date.now() } }
  }

  join({ room: id, epoch, seq }) {
    const room = this.server.rooms.get(id)
    if (!room) return { error: { code: 10010, cause: 'no_room', text: 'no such room' } }
    const already = this.server.members.has(`${this.user} ${id}`)
    if (this.user) this.server.members.add(`${this.user} ${id}`)
    const answer = room.arrival(epoch, seq, already)
    room.hearers.add(this)
    return { ok: answer }
  }

  leave({ room: id }) {
    this.server.members.delete(`${this.user} ${id}`)
    this.server.rooms.get(id).hearers.delete(this)
    return { ok: {} }
  }

  room({ room: id }) {
    const room = this.server.rooms.get(id)
    return { ok: { profile: room.profile, state: room.state(), you: you() } }
  }

  /** The same message again gets the first answer. */
  send({ room: id, random, client_time, priority, parts, extra }) {
    const key = `${this.user} ${random} ${client_time}`
    const first = this.server.said.get(key)
    if (first) return { ok: { ...first, repeat: true } }
    const room = this.server.rooms.get(id)
    const [event] = room.tell({ type: 'message', from: person(this.user), random, client_time, priority, parts, ...(extra && { extra }) })
    const receipt = { receipt: 'admitted', epoch: room.epoch, seq: event.seq, at: event.at }
    this.server.said.set(key, receipt)
    return { ok: receipt }
  }

  like({ room: id, taps }) {
    const room = this.server.rooms.get(id)
    room.likes += taps
    return { ok: { counted: taps, refused: 0, total: room.likes, mine: taps } }
  }

  profiles({ users }) {
    return { ok: { profiles: users.map(user => ({ ...person(user), fields: {} })) } }
  }
}

export class FakeServer {
  rooms = new Map()
  clients = new Set()
  members = new Set()
  said = new Map()
  forgotten = new Set()
  /** Every request so far. */
  requests = []
  /** What a test answers instead: `{ send: request => ({ error }) }`, `'silence'` for no answer. */
  answers = {}
  /** What a test answers to plain HTTP. */
  http = (_request, response) => response.writeHead(404).end()
  pingMs = 10_000
  refuseSockets = false
  opened = 0

  static async start(port = 0) {
    const server = new FakeServer()
    await server.listen(port)
    return server
  }

  async listen(port) {
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'plaudit.v1' })
    this.listener = http.createServer((request, response) => this.http(request, response))
    this.listener.on('upgrade', (request, socket, head) => {
      this.lastUrl = request.url
      if (this.refuseSockets) return socket.destroy()
      sockets.handleUpgrade(request, socket, head, client => {
        this.opened++
        this.clients.add(new FakeClient(this, client))
      })
    })
    await new Promise(resolve => this.listener.listen(port, '127.0.0.1', resolve))
    this.port = this.listener.address().port
  }

  get url() {
    return `ws://127.0.0.1:${this.port}`
  }

  addRoom(id = 'r') {
    const room = new FakeRoom(id)
    this.rooms.set(id, room)
    return room
  }

  /** Requests of one kind, in the order in which they came. */
  asked(op) {
    return this.requests.filter(request => request.op === op)
  }

  /** All connections die, without a word or with a close code. */
  drop(code, reason) {
    for (const client of this.clients) {
      if (code === undefined) client.socket.terminate()
      else client.socket.close(code, reason && JSON.stringify(reason))
      for (const room of this.rooms.values()) room.hearers.delete(client)
    }
  }

  /** Tells everybody. */
  frame(frame) {
    for (const client of this.clients) client.write(frame)
  }

  /** Away: nobody can connect. */
  async stop() {
    this.drop()
    this.listener.closeAllConnections()
    await new Promise(resolve => this.listener.close(resolve))
  }
}
