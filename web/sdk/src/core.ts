import type { CreateOptions, WebSocketClass } from './api.js'
import { EVENT } from './constants/event.js'
import { Emitter } from './emitter.js'
import { CODE, IMError } from './errors.js'
import { Fallback } from './fallback/fallback.js'
import type { Room } from './room/room.js'
import { Rooms } from './rooms.js'
import { Sent } from './sent.js'
import { Session } from './session.js'
import { Connection } from './transport/connection.js'
import { Link } from './transport/link.js'
import { Requests } from './transport/requests.js'
import { TIMING, type Timing } from './transport/timing.js'
import { Windows } from './windows.js'
import type { Frame } from './wire.js'

/** What all calls of one instance share. The parts know nothing of each other; this is where they meet. */
export class Core {
  readonly emitter = new Emitter()
  readonly windows = new Windows()
  readonly sent = new Sent()
  readonly requests: Requests
  readonly session: Session
  readonly rooms: Rooms
  readonly timing: Timing
  private readonly link: Link
  private readonly fallback: Fallback
  private readonly stopWatching: () => void

  constructor(readonly options: CreateOptions) {
    const timing = (this.timing = { ...TIMING, ...options.timing })
    const base = baseOf(options)
    const app = `/v1/apps/${options.SDKAppID}`

    const open = options.webSocket ?? (globalThis.WebSocket as WebSocketClass | undefined)
    this.link = new Link(
      ears => {
        if (!open) throw new IMError(CODE.NETWORK, 'this runtime has no WebSocket: give one to create({ webSocket })')
        return new Connection(open, `${base}${app}/socket`, timing, ears)
      },
      timing,
      {
        up: () => {
          this.fallback.stop()
          this.session.up()
        },
        frame: frame => this.frame(frame),
        down: end => this.session.down(end),
        isAwaited: () => !this.requests.idle || this.session.isEntering,
        state: (state, retry) => this.emitter.emit(EVENT.NET_STATE_CHANGE, { state, ...retry }),
        failed: (tries, everOpened) => this.readOtherwise(tries, everOpened),
      },
    )
    this.requests = new Requests(frame => this.link.send(frame), () => this.link.hurry(), timing)
    this.rooms = new Rooms(
      this.requests,
      this.emitter,
      {
        emitter: this.emitter,
        me: () => this.session.user,
        own: (room, event) => this.sent.own(room, event),
        // Never asked twice: taps that may have been counted are better lost than doubled.
        sendTaps: (room, taps) => this.requests.ask('like', { room, taps }, { again: false }),
        tapMs: timing.tap,
      },
      options.multipleRooms === true,
    )
    this.session = new Session(this.link, this.requests, this.emitter, options.platform ?? 'Web', {
      greeted: () => this.rooms.rejoin(),
      loggedIn: () => {
        this.rooms.park()
        this.rooms.tellList()
      },
      over: () => {
        this.fallback.stop()
        this.rooms.clear()
        this.sent.clear()
      },
      guestHasRooms: () => this.session.isGuest && this.rooms.isWanted,
    })
    this.fallback = new Fallback(`${base.replace(/^ws/, 'http')}${app}`, options.guestFallback ?? 'auto', this.rooms, timing)
    this.stopWatching = watchPage(() => this.link.nudge(this.session.pingMs))
  }

  reconnectNow(): void {
    this.link.nudge(this.session.pingMs)
  }

  destroy(): void {
    this.session.destroy()
    this.stopWatching()
    this.emitter.clear()
  }

  /** Guests join like members, and by other ways where there is no WebSocket for them. */
  joinAsGuest(id: string, readingKey?: string) {
    if (this.fallback.isFirstChoice) {
      this.session.beReader()
      return this.rooms.join(id, readingKey, this.fallback.enter)
    }
    this.session.beGuest()
    const joined = this.rooms.join(id, readingKey)
    this.fallback.follow()
    return joined
  }

  /** Where a WebSocket has opened once the next one will: a server that starts again must not be asked by everybody in two ways. */
  private readOtherwise(tries: number, everOpened: boolean): void {
    if (!everOpened && tries >= this.timing.fallbackAfterTries && this.session.isGuest) this.fallback.start()
  }

  async leave(id: string): Promise<void> {
    if (!this.fallback.leave(id)) return this.rooms.leave(id)
    this.rooms.forget(id) // a reader has nobody to say goodbye to
  }

  /** The room, for calls that only those make who are in it. */
  room(id: unknown, code: number = CODE.NOT_A_MEMBER): Room {
    const room = this.rooms.get(roomId(id))
    if (!room) throw new IMError(code, `not in the room ${id}`)
    return room
  }

  /** Stops calls that need a login. */
  needLogin(): void {
    const { obstacle } = this.session
    if (obstacle) throw obstacle
  }

  /** Asks in the name of a user. */
  async ask<T>(op: string, members: object, how?: { again?: boolean }): Promise<T> {
    this.needLogin()
    return this.requests.ask<T>(op, members, how)
  }

  private frame(frame: Frame): void {
    if ('id' in frame) this.requests.answer(frame)
    else if ('session' in frame) this.session.ended(frame)
    else if ('room' in frame) this.rooms.frame(frame)
  }
}

/** Where the server is: as the caller says, or where the page came from. */
function baseOf({ proxyServer = globalThis.location?.origin ?? '' }: CreateOptions): string {
  return proxyServer.replace(/^http/, 'ws').replace(/\/+$/, '')
}

/** A room id as callers give it. */
export function roomId(id: unknown): string {
  if (typeof id !== 'string' || id === '') throw new IMError(CODE.BAD_GROUP_ID, 'groupID must be a text that is not empty')
  return id
}

/** The page comes back to the front, or the network comes back: reasons to look at the connection at once. */
function watchPage(look: () => void): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {}
  const seen = () => document.visibilityState === 'visible' && look()
  window.addEventListener('online', look)
  document.addEventListener('visibilitychange', seen)
  return () => {
    window.removeEventListener('online', look)
    document.removeEventListener('visibilitychange', seen)
  }
}
