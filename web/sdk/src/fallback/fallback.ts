import { CODE, type IMError } from '../errors.js'
import type { Enter, Entered, Rooms } from '../rooms.js'
import type { Timing } from '../transport/timing.js'
import type { Reader, ReaderEars } from './reader.js'
import { SlicesReader } from './slices.js'
import { SseReader } from './sse.js'

export type FallbackMode = 'auto' | 'sse' | 'slices' | 'off'

/** Lets guests read without a WebSocket: by a stream per room, and by slices where that does not work. */
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

  /** The way into a room where a reader is the first choice. */
  readonly enter: Enter = (id, entered, readingKey) => new Promise((_, reject) => this.read(id, readingKey, entered, reject))

  /** No WebSocket can be opened: reads every room of the guest, and those that he is about to enter. */
  start(): void {
    if (this.mode !== 'auto') return
    this.running = true
    this.follow()
  }

  /** While it runs: reads what is not read yet. */
  follow(): void {
    if (!this.running) return
    for (const { id, readingKey } of this.rooms.all()) this.read(id, readingKey)
    for (const [id, { enter, readingKey }] of this.rooms.entering) this.read(id, readingKey, enter)
  }

  /** A connection stands: it goes on from the same places. */
  stop(): void {
    this.running = false
    for (const id of [...this.readers.keys()]) this.leave(id)
  }

  /** True if the room was read this way. */
  leave(id: string): boolean {
    this.readers.get(id)?.stop()
    return this.readers.delete(id)
  }

  private read(id: string, key?: string, enter?: Entered, reject?: (error: IMError) => void): void {
    if (this.readers.has(id)) return
    const url = `${this.base}/rooms/${encodeURIComponent(id)}`
    const ears: ReaderEars = {
      place: () => this.rooms.get(id)?.place,
      snapshot: answer => {
        const room = this.rooms.get(id)
        if (room) room.arrive(answer, room.place)
        else enter?.(answer)
        enter = undefined // whoever leaves is not brought back by a late snapshot
        this.leaveIfGone(id)
      },
      frame: frame => {
        this.rooms.frame(frame)
        this.leaveIfGone(id)
      },
      // Where the connection is the first choice it stays the one that decides: most rooms are not to be read this way.
      refused: error => {
        this.leave(id)
        if (!this.isFirstChoice) return
        reject?.(error)
        this.rooms.frame({ room: id, out: { why: error.code === CODE.NO_ROOM ? 'dismissed' : 'removed', reason: error.message } })
      },
      useless: () => {
        this.leave(id)
        if (this.mode === 'auto') this.readers.set(id, new SlicesReader(url, key, ears, this.timing))
      },
    }
    const Way = this.mode === 'slices' ? SlicesReader : SseReader
    this.readers.set(id, new Way(url, key, ears, this.timing))
  }

  private leaveIfGone(id: string): void {
    if (!this.rooms.get(id)) this.leave(id)
  }
}
