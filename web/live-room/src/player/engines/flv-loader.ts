// Fetches for mpegts.js. Its own loader does not end a request that stands still in Chrome: after some new tries the
// browser's connections to the host are used up.

const [IDLE, WORKING, FAILED, DONE] = [0, 2, 3, 4]

/** What mpegts.js expects of a loader; it sets the functions. */
export class FlvLoader {
  readonly type = 'fetch'
  readonly needStashBuffer = false
  status = IDLE
  onDataArrival?: (chunk: ArrayBuffer, from: number, received: number) => void
  onError?: (kind: string, info: { code: number; msg: string }) => void
  onComplete?: (from: number, to: number) => void
  private readonly ending = new AbortController()

  isWorking(): boolean {
    return this.status === WORKING
  }

  async open({ url }: { url: string }, { from }: { from: number }): Promise<void> {
    const { signal } = this.ending
    this.status = WORKING
    try {
      const response = await fetch(url, { signal })
      if (!response.ok || !response.body) return this.fail('HttpStatusCodeInvalid', response.status, response.statusText)
      const reader = response.body.getReader()
      let received = 0
      for (;;) {
        const { done, value } = await reader.read()
        if (signal.aborted) return
        if (done) break
        received += value.byteLength
        this.onDataArrival?.(value.buffer as ArrayBuffer, from + received - value.byteLength, received)
      }
      this.status = DONE
      this.onComplete?.(from, from + received - 1)
    } catch (error) {
      if (!signal.aborted) this.fail('Exception', -1, (error as Error).message)
    }
  }

  abort(): void {
    this.ending.abort()
    this.status = DONE
  }

  destroy(): void {
    this.abort()
  }

  private fail(kind: string, code: number, msg: string): void {
    this.status = FAILED
    this.onError?.(kind, { code, msg })
  }
}
