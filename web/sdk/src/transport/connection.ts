import type { WebSocketClass } from '../api.js'
import type { Frame } from '../wire.js'
import type { Timing } from './timing.js'

export const SUBPROTOCOL = 'plaudit.v1'

/** An id that no request has: the answer to it is only a sign of life. */
const PING_ID = Number.MAX_SAFE_INTEGER

/** How a connection ended. */
export interface End {
  code: number
  why: string
  afterMs?: number
  /** 0 if it never opened. */
  livedMs: number
}

export interface ConnectionEars {
  opened(): void
  frame(frame: Frame): void
  /** Exactly once, whatever ended it. */
  ended(end: End): void
}

/** One WebSocket, from handshake to end. */
export class Connection {
  private readonly socket: WebSocket
  private openedAt = 0
  private heardAt = 0
  private saidAt = 0
  private over = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    make: WebSocketClass,
    url: string,
    private readonly timing: Timing,
    private readonly ears: ConnectionEars,
  ) {
    this.socket = new make(url, SUBPROTOCOL)
    this.timer = setTimeout(() => this.end(0, 'no handshake'), timing.open)
    this.socket.onopen = () => {
      clearTimeout(this.timer)
      this.openedAt = this.heardAt = this.saidAt = Date.now()
      ears.opened()
    }
    this.socket.onmessage = ({ data }) => this.hear(String(data))
    this.socket.onclose = ({ code, reason }) => this.end(code, reason)
    this.socket.onerror = () => {} // `close` follows and says more
  }

  send(frame: object): void {
    if (this.over || !this.openedAt) return
    this.saidAt = Date.now()
    this.socket.send(JSON.stringify(frame))
  }

  /** From now on asks after `pingMs` without a frame, and takes silence for the end. */
  watch(pingMs: number): void {
    clearTimeout(this.timer)
    const quietSince = Math.min(this.heardAt, this.saidAt)
    this.timer = setTimeout(() => {
      // Both ways count: who only listens to a busy room must be heard from as well.
      if (Date.now() - Math.min(this.heardAt, this.saidAt) >= pingMs) this.probe(() => this.watch(pingMs))
      else this.watch(pingMs)
    }, Math.max(quietSince + pingMs - Date.now(), 0))
  }

  /** Asks now; ends the connection if nothing comes back. */
  probe(alive: () => void = () => {}): void {
    if (this.over || !this.openedAt) return
    clearTimeout(this.timer)
    const asked = Date.now()
    const heardBefore = this.heardAt
    this.send({ id: PING_ID, op: 'ping' })
    this.timer = setTimeout(() => {
      if (this.heardAt > heardBefore || this.heardAt >= asked) alive()
      else this.end(0, 'silence')
    }, this.timing.pingAnswer)
  }

  close(): void {
    this.end(1000, 'closed by us')
  }

  private hear(text: string): void {
    if (this.over) return
    this.heardAt = Date.now()
    const frame = parse(text) as Frame | undefined
    if (frame && !('id' in frame && frame.id === PING_ID)) this.ears.frame(frame)
  }

  private end(code: number, reason: string): void {
    if (this.over) return
    this.over = true
    clearTimeout(this.timer)
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null
    if (code === 0 || code === 1000) this.socket.close()
    const said = parse(reason) as { why?: string; after_ms?: number } | undefined
    this.ears.ended({
      code,
      why: said?.why ?? reason,
      afterMs: said?.after_ms,
      livedMs: this.openedAt && Date.now() - this.openedAt,
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no frame of this protocol; close reasons may be anything
  }
}
