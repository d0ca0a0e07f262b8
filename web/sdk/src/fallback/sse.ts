import { Backoff } from '../transport/backoff.js'
import type { Timing } from '../transport/timing.js'
import { pause, refusalIn, type Reader, type ReaderEars } from './reader.js'
import { StreamParser, type StreamEvent } from './stream.js'

/** Reads a room's stream of events; comes back by itself with the last place. */
export class SseReader implements Reader {
  private readonly end = new AbortController()
  private everHeard = false

  constructor(
    /** Of the room, without a slash at the end. */
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
      const again = await this.readOnce().catch(() => true) // a broken stream is a reason to come back
      if (signal.aborted || !again) return
      if (!this.everHeard && backoff.failures + 1 >= this.timing.fallbackAfterTries) return this.ears.useless()
      await pause(backoff.next(Date.now() - begun), signal)
    }
  }

  /** One stream to its end. False: do not come back. */
  private async readOnce(): Promise<boolean> {
    const response = await fetch(this.address(), { headers: { accept: 'text/event-stream' }, signal: this.end.signal, cache: 'no-store' })
    const refusal = await refusalIn(response)
    if (refusal) {
      this.ears.refused(refusal)
      return false
    }
    const { body } = response
    if (!response.ok || !body) return true
    const parser = new StreamParser()
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.end.signal.aborted) return true
      for (const event of parser.feed(decoder.decode(value, { stream: true }))) this.hear(event)
    }
  }

  private address(): string {
    const query = new URLSearchParams()
    const place = this.ears.place()
    if (place) query.set('after', `${place.epoch}:${place.seq}`)
    if (this.key) query.set('key', this.key)
    return `${this.url}/events?${query}`
  }

  private hear({ name, data }: StreamEvent): void {
    if (this.end.signal.aborted) return
    this.everHeard = true
    if (name === 'snapshot') this.ears.snapshot(JSON.parse(data))
    else if (name === 'events' || name === 'skipped' || name === 'state' || name === 'out') this.ears.frame(JSON.parse(data))
    // `gap` is followed by a snapshot, which tells the same.
  }
}
