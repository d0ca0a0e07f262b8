import { EVENT } from './constants/event.js'
import { TYPES, type KickedOutType } from './constants/types.js'
import type { Emitter } from './emitter.js'
import { CODE, IMError } from './errors.js'
import type { End } from './transport/connection.js'
import { CLOSE, type Link } from './transport/link.js'
import type { Requests } from './transport/requests.js'
import type { SessionEnded, Welcome } from './wire.js'

/** Until the server has said how often it wants to hear from us. */
const PING_MS = 10_000

interface Entering {
  user: string
  sig: string
  resolve(): void
  reject(error: IMError): void
}

export interface SessionEars {
  /** Somebody is on a new connection: the rooms are to be joined again. */
  greeted(): void
  /** A user is there; his `SDK_READY` was told. */
  loggedIn(): void
  /** Nobody is there any more. */
  over(): void
  /** Is a connection of use to a guest? */
  guestHasRooms(): boolean
}

/** Who we are to the server, over connections: nobody, a guest, or a user with a token that brings the login back. */
export class Session {
  user = ''
  number = ''
  ready = false
  pingMs = PING_MS
  private token = ''
  private entering: Entering | undefined
  private guest = false
  private wasLoggedIn = false
  private clockAheadMs = 0
  private endedWhy = ''
  /** Whether the connection of now knows us as a guest. */
  private guestHere = false

  constructor(
    private readonly link: Link,
    private readonly requests: Requests,
    private readonly emitter: Emitter,
    private readonly platform: string,
    private readonly ears: SessionEars,
  ) {}

  get isGuest(): boolean {
    return this.guest && !this.user
  }

  get isEntering(): boolean {
    return this.entering !== undefined
  }

  get serverTimeMs(): number {
    return Date.now() + this.clockAheadMs
  }

  /** Why a call that needs a login cannot be made now. */
  get obstacle(): IMError | undefined {
    if (this.ready) return undefined
    if (this.entering || this.user) return new IMError(CODE.NOT_READY, 'not ready: wait for SDK_READY')
    if (this.wasLoggedIn) return new IMError(CODE.LOGGED_OUT, 'logged out: log in again')
    return new IMError(CODE.NOT_LOGGED_IN, 'not logged in')
  }

  // --- by the application ------------------------------------------------------------------------------------------

  /** Resolves when the server has let the user in. */
  async login(user: string, sig: string, limitMs: number): Promise<{ repeated: boolean }> {
    if (this.entering) throw new IMError(CODE.LOGIN_UNDER_WAY, 'a login is under way')
    if (this.user === user) return { repeated: true }
    if (this.user) await this.logout()
    let limit: ReturnType<typeof setTimeout> | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        this.entering = { user, sig, resolve, reject }
        limit = setTimeout(() => reject(new IMError(CODE.TIMEOUT, 'the server cannot be reached')), limitMs)
        if (this.link.isOpen) return this.up()
        this.link.want()
        this.link.hurry()
      })
    } catch (error) {
      // A guest stays a guest; a connection that was opened for this login does not know him yet.
      if (this.guest && !this.guestHere && this.link.isOpen) this.greetAsGuest()
      throw error
    } finally {
      clearTimeout(limit)
      this.entering = undefined
      if (!this.user && !this.ears.guestHasRooms()) this.link.leave()
    }
    return { repeated: false }
  }

  async logout(): Promise<void> {
    if (!this.user) return
    // Without a connection the server ends the session by itself, when it has heard nothing for a while.
    if (this.link.isOpen) await this.requests.askNow('logout').catch(() => {})
    this.end(new IMError(CODE.LOGGED_OUT, 'logged out'))
  }

  /** From now on a connection without a user is one of a guest. */
  beGuest(): void {
    if (this.user || this.entering) return
    this.guest = true
    if (!this.link.isOpen) this.link.want()
    else if (!this.guestHere) this.up()
  }

  /** A guest who reads over HTTP: no connection, until he logs in. */
  beReader(): void {
    if (!this.user) this.guest = true
  }

  // --- by the connection -------------------------------------------------------------------------------------------

  /** A new connection: says who is there. Everything else may follow without waiting for the answer. */
  up(): void {
    if (this.token) this.comeBack()
    else if (this.entering) this.greetAsUser(this.entering)
    else if (this.guest) this.greetAsGuest()
    else return
    this.requests.open()
  }

  down({ code, why }: End): void {
    this.guestHere = false
    this.requests.fell()
    if (code === CLOSE.LOG_IN) this.kicked(this.endedWhy || why)
    else if (code === CLOSE.STAY_AWAY) this.sentAway(why)
  }

  ended({ session }: SessionEnded): void {
    this.endedWhy = session.ended // the connection is closed next, with 4001
  }

  private greetAsUser(entering: Entering): void {
    const { user, sig } = entering
    this.requests
      .askNow<Welcome>('login', { user, sig, platform: this.platform }, ok => {
        if (this.entering !== entering) return // given up meanwhile
        this.welcome(ok as unknown as Welcome, user)
        this.wasLoggedIn = this.ready = true
        this.emitter.holdForCaller()
        this.emitter.emit(EVENT.SDK_READY, undefined)
        this.ears.loggedIn()
        entering.resolve()
      })
      .catch((error: IMError) => {
        // A lost connection is not the server's word: the next one asks again.
        if (error.code !== CODE.NETWORK) entering.reject(error)
      })
  }

  private comeBack(): void {
    this.requests
      .askNow<Welcome>('resume', { token: this.token }, ok => this.welcome(ok as unknown as Welcome, this.user))
      .catch((error: IMError) => {
        if (error.code === CODE.NETWORK) return
        const { cause, retryAfter } = error.data
        if (cause === 'login' && retryAfter === undefined) this.kicked(cause)
        else this.link.restart(retryMs(error))
      })
    this.ears.greeted()
  }

  private greetAsGuest(): void {
    this.guestHere = true
    this.requests
      .askNow<Welcome>('guest', {}, ok => this.welcome(ok as unknown as Welcome, ''))
      .catch((error: IMError) => {
        if (error.code !== CODE.NETWORK && error.data.retryAfter !== undefined) this.link.restart(retryMs(error))
      })
    this.ears.greeted()
  }

  private welcome(welcome: Welcome, user: string): void {
    this.user = welcome.user ?? user
    this.number = welcome.number ?? this.number
    this.token = welcome.token ?? this.token
    this.pingMs = welcome.ping_ms || PING_MS
    this.clockAheadMs = welcome.time_ms - Date.now()
    this.link.watch(this.pingMs)
  }

  // --- ends --------------------------------------------------------------------------------------------------------

  private kicked(why: string): void {
    if (!this.user) return this.sentAway(why)
    const type: KickedOutType =
      why === 'other_login'
        ? TYPES.KICKED_OUT_MULT_ACCOUNT
        : why === 'kicked'
          ? TYPES.KICKED_OUT_REST_API
          : TYPES.KICKED_OUT_USERSIG_EXPIRED
    this.emitter.emit(EVENT.KICKED_OUT, { type })
    this.end(new IMError(CODE.LOGGED_OUT, `kicked out: ${type}`))
  }

  private sentAway(why: string): void {
    const message = `the server asked us to stay away: ${why}`
    this.emitter.emit(EVENT.ERROR, { code: CODE.NETWORK, message })
    this.end(new IMError(CODE.NETWORK, message))
  }

  private end(error: IMError): void {
    const wasUser = this.user !== ''
    this.user = this.token = this.number = this.endedWhy = ''
    this.ready = this.guest = false
    this.entering?.reject(error)
    this.link.leave()
    this.requests.rejectAll(error)
    this.ears.over()
    if (wasUser) this.emitter.emit(EVENT.SDK_NOT_READY, undefined)
  }

  /** Ends whatever is there, for good. */
  destroy(): void {
    this.end(new IMError(CODE.LOGGED_OUT, 'destroyed'))
  }
}

const retryMs = (error: IMError): number | undefined =>
  error.data.retryAfter === undefined ? undefined : error.data.retryAfter * 1000
