// Where bullet comments fly. Pure: time and sizes are arguments. Rows are as high as a line; what is in one row never
// overlaps on screen. Lengths are px, times ms.

/** `scroll` crosses from right to left; the others stand still for a while, in the middle. */
export type Mode = 'scroll' | 'top' | 'bottom'

export interface Bullet {
  width: number
  mode: Mode
  /** The higher goes first where there is no room for all. */
  priority: number
}

export interface Geometry {
  width: number
  /** Whole rows of the layer. */
  rows: number
  /** The share of them that may be used, from one end. */
  area: number
  /** From entering until the tail has left. */
  crossingMs: number
  /** At once on screen. */
  max: number
}

/** A bullet on screen: its left edge is at `from - speed * (now - enteredAt)`. */
export interface Flight<B> {
  readonly bullet: B
  readonly row: number
  readonly from: number
  readonly speed: number
  enteredAt: number
  leavesAt: number
}

interface Row<B> {
  /** The last to enter stands last. */
  flights: Flight<B>[]
  heldAt?: number | undefined
}

/** Between a tail and the next head. */
export const GAP = 24
/** What has waited for longer is old news. */
export const WAIT_MS = 2000
/** More than can enter within `WAIT_MS`. */
const WAITING_MAX = 120
/** The share of a crossing for which a still one stands. */
const STILL = 0.6

export const leftOf = <B>({ from, speed, enteredAt }: Flight<B>, now: number): number => from - speed * (now - enteredAt)

export class Lanes<B extends Bullet> {
  private rows: Row<B>[] = []
  /** The highest priority first, then the oldest. */
  private queue: { bullet: B; since: number }[] = []

  constructor(private geometry: Geometry) {
    this.resize(geometry)
  }

  get waiting(): number {
    return this.queue.length
  }

  get flights(): Flight<B>[] {
    return this.rows.flatMap(({ flights }) => flights)
  }

  /** Those on screen fly on as they were; answers those whose row is gone. */
  resize(geometry: Geometry): Flight<B>[] {
    this.geometry = geometry
    const lost = this.rows.splice(geometry.rows).flatMap(({ flights }) => flights)
    while (this.rows.length < geometry.rows) this.rows.push({ flights: [] })
    return lost
  }

  /** Queues a bullet; where too many wait, the lowest and youngest is dropped. */
  offer(bullet: B, now: number): void {
    let place = this.queue.length
    while (place > 0 && this.queue[place - 1]!.bullet.priority < bullet.priority) place -= 1
    this.queue.splice(place, 0, { bullet, since: now })
    this.queue.length = Math.min(this.queue.length, WAITING_MAX)
  }

  /** Lets in whoever finds a place. No bullet enters before a more important one of its mode. */
  advance(now: number): Flight<B>[] {
    for (const row of this.rows) if (row.heldAt === undefined) row.flights = row.flights.filter(({ leavesAt }) => leavesAt > now)
    let room = this.geometry.max - this.flights.length
    const entered: Flight<B>[] = []
    const waits: Partial<Record<Mode, number>> = {}
    this.queue = this.queue.filter(({ bullet, since }) => {
      if (now - since > WAIT_MS) return false
      const { mode, priority } = bullet
      const flight = room > 0 && priority >= (waits[mode] ?? priority) ? this.enter(bullet, now) : undefined
      if (!flight) waits[mode] = Math.max(waits[mode] ?? priority, priority)
      else entered.push(flight)
      if (flight) room -= 1
      return !flight
    })
    return entered
  }

  /** A row stands still: the bullet in it that is pointed at, and what is with it. */
  hold(row: number, now: number): Flight<B>[] {
    const held = this.rows[row]
    if (!held || held.heldAt !== undefined) return []
    held.heldAt = now
    return held.flights
  }

  release(row: number, now: number): Flight<B>[] {
    const held = this.rows[row]
    if (held?.heldAt === undefined) return []
    const stood = now - held.heldAt
    held.heldAt = undefined
    for (const flight of held.flights) {
      flight.enteredAt += stood
      flight.leavesAt += stood
    }
    return held.flights
  }

  /** Takes bullets away, also those that wait; answers those that were on screen. */
  remove(which: (bullet: B) => boolean): Flight<B>[] {
    this.queue = this.queue.filter(({ bullet }) => !which(bullet))
    return this.rows.flatMap(row => {
      const gone = row.flights.filter(({ bullet }) => which(bullet))
      if (gone.length > 0) row.flights = row.flights.filter(flight => !gone.includes(flight))
      return gone
    })
  }

  private enter(bullet: B, now: number): Flight<B> | undefined {
    const { width, rows, area, crossingMs } = this.geometry
    const scrolls = bullet.mode === 'scroll'
    const speed = scrolls ? (width + bullet.width) / crossingMs : 0
    const used = Math.min(rows, Math.max(1, Math.floor(rows * area)))
    for (let index = 0; index < used; index += 1) {
      const row = bullet.mode === 'bottom' ? rows - 1 - index : index
      const { flights, heldAt } = this.rows[row]!
      const last = flights.at(-1)
      if (heldAt !== undefined || (last && !(scrolls && mayFollow(last, width, speed, now)))) continue
      const from = scrolls ? width : (width - bullet.width) / 2
      const leavesAt = now + (scrolls ? crossingMs : crossingMs * STILL)
      const flight = { bullet, row, from, speed, enteredAt: now, leavesAt }
      flights.push(flight)
      return flight
    }
    return undefined
  }
}

/** Its tail has entered, and a head that starts now at the edge does not catch up before the tail has left. */
function mayFollow<B extends Bullet>(last: Flight<B>, width: number, speed: number, now: number): boolean {
  const tail = leftOf(last, now) + last.bullet.width
  return last.speed > 0 && tail + GAP <= width && (speed <= last.speed || width - speed * (tail / last.speed) >= 0)
}
