import { Backoff } from '../transport/backoff.js'
import type { Timing } from '../transport/timing.js'
import type { Batch, Epoch, Profile, RoomEvent, State } from '../wire.js'
import { pause, refusalIn, type Reader, type ReaderEars } from './reader.js'

interface Live {
  room: string
  epoch: Epoch
  oldest: number
  newest: number
  profile: Profile
  state?: State
}

interface Slice extends Batch {
  slice: number
  events: RoomEvent[]
  state?: State
}

/** Reads what a room said second by second, from the server or from any cache in front of it. */
export class SlicesReader implements Reader {
  private readonly end = new AbortController()

  constructor(
    private readonly url: string,
    private readonly key: string | undefined,
    private readonly ears: ReaderEars,
    private readonly timing: Timing,
  ) {
    void this.run()
  }

  stop(): void {
    this.end.abort()
  }

  private async run(): Promise<void> {
    const { signal } = this.end
    const backoff = new Backoff(this.timing)
    while (!signal.aborted) {
      const begun = Date.now()
      // Network trouble and a slice that is too old both lead back to where the room is now.
      await this.follow().catch(() => {})
      await pause(backoff.next(Date.now() - begun), signal)
    }
  }

  /** From the newest slice on, one after the other, until one is not to be had any more. */
  private async follow(): Promise<void> {
    const live = await this.get<Live>('live')
    if (typeof live === 'number') return
    let due = Date.now()
    let isFirst = true
    for (let number = live.newest; !this.end.signal.aborted; ) {
      const slice = await this.get<Slice>(number)
      if (slice === 410) return
      if (typeof slice !== 'number') {
        this.hear(slice, isFirst ? live : undefined)
        isFirst = false
        number += 1
      }
      // One per second; after a pause, without waiting until the lost time is made up.
      due = typeof slice === 'number' ? Date.now() + this.timing.slice : due + this.timing.slice
      await pause(Math.max(due - Date.now(), 0), this.end.signal)
    }
  }

  private hear(slice: Slice, live: Live | undefined): void {
    if (live) {
      const { room, profile, state } = live
      const here = this.ears.place()
      const goesOn = here && here.seq >= slice.after && here.seq <= slice.seq
      if (!goesOn) this.ears.snapshot({ room, epoch: slice.epoch, seq: slice.after, resumed: false, profile, state, gap: here })
    }
    this.ears.frame(slice)
    if (slice.state) this.ears.frame({ room: slice.room, state: slice.state })
  }

  /** A document, or the status that stands for it: 404 not yet, 410 not any more. */
  private async get<T>(what: string | number): Promise<T | number> {
    const query = this.key ? `?${new URLSearchParams({ key: this.key })}` : ''
    const response = await fetch(`${this.url}/slices/${what}${query}`, { signal: this.end.signal })
    if (response.ok) return (await response.json()) as T
    // A slice that is not there yet is 404 too; whether the room is there, `live` says.
    const refusal = what === 'live' || response.status === 403 ? await refusalIn(response) : undefined
    if (refusal) {
      this.stop()
      this.ears.refused(refusal)
    }
    return response.status
  }
}
