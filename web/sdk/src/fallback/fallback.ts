import type { IMError } from '../errors.js'
import type { Enter, Entered, Rooms } from '../rooms.js'
import type { Timing } from '../transport/timing.js'
import type { Reader, ReaderEars } from './reader.js'
import { SlicesReader } from './slices.js'
import { SseReader } from './sse.js'

export type FallbackMode = 'auto' | 'sse' | 'slices' | 'off'

/** Lets guests read while no WebSocket can be opened: a stream per room first, slices where that does not work. */
export class Fallback {
  private readonly readers = new Map<string, Reader>()
  private running = false

  constructor(
    /** Of the app: `https://host/v1/apps/1`. */
    private readonly base: string,
    private readonly mode: FallbackMode,
    private readonly rooms: Rooms,
    private readonly timing: Timing,
  ) {}

  /** The application wants no WebSocket for guests at all. */
  get isFirstChoice(): boolean {
    return this.mode === 'sse' || this.mode === 'slices'
  }

  get isRunning(): boolean {
    return this.running
  }

  /** Reads every room of the guest, those that he is about to enter too. */
  start(): void {
    if (this.running || this.mode === 'off') return
    this.running = true
    for (const { id, readingKey } of this.rooms.all()) this.read(id, readingKey)
    for (const [id, { enter, readingKey }] of this.rooms.entering) this.read(id, readingKey, enter)
  }

  /** A connection stands: it goes on from the same places. */
  stop(): void {
    this.running = false
    for (const id of [...this.readers.keys()]) this.leave(id)
  }

  readonly enter: Enter = (id, entered, readingKey) => {
    this.running = true
    return new Promise((_, reject) => this.read(id, readingKey, entered, reject))
  }

  /** True if the room was read this way. */
  leave(id: string): boolean {
    this.readers.get(id)?.stop()
    return this.readers.delete(id)
  }

  private read(id: string, key?: string, entered?: Entered, refused: (error: IMError) => void = () => {}): void {
    const url = `${this.base}/rooms/${encodeURIComponent(id)}`
    const ears: ReaderEars = {
      place: () => this.rooms.get(id)?.place,
      snapshot: answer => {
        const room = this.rooms.get(id)
        if (room) room.arrive(answer, room.place)
        else if (entered) entered(answer)
        entered = undefined // whoever leaves is not brought back by a late snapshot
        if (!this.rooms.get(id)) this.leave(id)
      },
      frame: frame => {
        this.rooms.frame(frame)
        if (!this.rooms.get(id)) this.leave(id)
      },
      refused: error => {
        this.leave(id)
        if (this.rooms.get(id)) this.rooms.frame({ room: id, out: { why: error.code === 10010 ? 'dismissed' : 'removed', reason: error.message } })
        else refused(error)
      },
      useless: () => {
        this.leave(id)
        if (this.mode === 'auto') this.readers.set(id, new SlicesReader(url, key, ears, this.timing))
      },
    }
    const Way = this.mode === 'slices' ? SlicesReader : SseReader
    this.readers.set(id, new Way(url, key, ears, this.timing))
  }
}
