import { TYPES, type NetState } from '../constants/types.js'
import type { Frame } from '../wire.js'
import { Backoff } from './backoff.js'
import type { Connection, ConnectionEars, End } from './connection.js'
import type { Timing } from './timing.js'

/** Close codes after which one does not simply come back (docs/protocol.md 8). */
export const CLOSE = { LOG_IN: 4001, STAY_AWAY: 4002 } as const

/** How many tries have failed in a row, and when the next one is made. */
export interface Retry {
  attempt: number
  retryInMs: number
}

export interface LinkEars {
  /** A new connection stands; nothing was said on it yet. */
  up(): void
  frame(frame: Frame): void
  /** The connection is gone. The link comes back by itself unless `end` says that it must not. */
  down(end: End, comesBack: boolean): void
  /** `retry` where it will come back by itself. */
  state(state: NetState, retry?: Retry): void
  /** Does somebody wait for an answer? */
  isAwaited(): boolean
  /** Another try has failed. */
  failed(triesInARow: number, everOpened: boolean): void
}

/** Keeps a connection as long as somebody wants one. */
export class Link {
  private connection: Connection | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private dueAt = 0
  private readonly backoff: Backoff
  private wanted = false
  private opened = false
  private everOpened = false
  private obeying = false
  private told: NetState | undefined
  /** When the server, in an answer, wished us to come back. */
  private wish: number | undefined

  constructor(
    private readonly connect: (ears: ConnectionEars) => Connection,
    private readonly timing: Timing,
    private readonly ears: LinkEars,
  ) {
    this.backoff = new Backoff(timing)
  }

  get isOpen(): boolean {
    return this.opened
  }

  /** Come up, and stay up. */
  want(): void {
    this.wanted = true
    if (!this.connection && this.timer === undefined) this.open()
  }

  /** Close, and stay away. */
  leave(): void {
    this.wanted = false
    this.stopWaiting()
    this.connection?.close()
  }

  /** Give this connection up and come back, `afterMs` later if the server wished so. */
  restart(afterMs?: number): void {
    this.wish = afterMs
    this.connection?.close()
  }

  send(frame: object): void {
    this.connection?.send(frame)
  }

  watch(pingMs: number): void {
    this.connection?.watch(pingMs)
  }

  /** The network may have changed, or the page is looked at again: find out at once. A wish of the server still holds. */
  nudge(pingMs: number): void {
    if (this.opened) this.connection?.probe(() => this.watch(pingMs))
    else if (this.timer !== undefined && !this.obeying) {
      this.stopWaiting()
      this.open()
    }
  }

  /** Somebody waits for an answer now: do not let him wait for long. */
  hurry(): void {
    if (this.timer === undefined || this.obeying || this.dueAt - Date.now() <= this.timing.impatience) return
    this.stopWaiting()
    this.openIn(Math.random() * this.timing.impatience)
  }

  private openIn(ms: number): void {
    this.dueAt = Date.now() + ms
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.open()
    }, ms)
  }

  private open(): void {
    this.tell(TYPES.NET_STATE_CONNECTING)
    let connection: Connection
    const mine = () => this.connection === connection
    connection = this.connection = this.connect({
      opened: () => {
        if (!mine()) return
        this.opened = this.everOpened = true
        this.tell(TYPES.NET_STATE_CONNECTED)
        this.ears.up()
      },
      frame: frame => mine() && this.ears.frame(frame),
      ended: end => mine() && this.ended(end),
    })
  }

  private ended(end: End): void {
    this.connection = undefined
    this.opened = false
    const comesBack = this.wanted && end.code !== CLOSE.LOG_IN && end.code !== CLOSE.STAY_AWAY
    this.wanted = comesBack
    const wish = end.afterMs ?? this.wish
    this.wish = undefined
    let retry: Retry | undefined
    if (comesBack) {
      this.obeying = wish !== undefined
      const retryInMs = this.backoff.next(end.livedMs, wish)
      retry = { attempt: this.backoff.failures - 1, retryInMs }
      this.openIn(retryInMs)
    }
    this.tell(TYPES.NET_STATE_DISCONNECTED, retry)
    this.ears.down(end, comesBack)
    if (this.ears.isAwaited()) this.hurry()
    if (comesBack && !end.livedMs) this.ears.failed(this.backoff.failures, this.everOpened)
  }

  private stopWaiting(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** The first connection of all is no news until it stands or has failed. */
  private tell(state: NetState, retry?: Retry): void {
    if (state === this.told || (!this.told && state === TYPES.NET_STATE_CONNECTING)) return
    this.told = state
    this.ears.state(state, retry)
  }
}
