export interface Counted {
  counted: number
  refused: number
  total: number
  mine: number
}

/** Adds a user's taps up, and sends them at most once per `everyMs`: the first at once, those that follow together. */
export class LikesOut {
  private taps = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private next: Promise<Counted> | undefined
  private goNow: (() => void) | undefined

  constructor(
    private readonly everyMs: number,
    private readonly send: (taps: number) => Promise<Counted>,
  ) {}

  /** The answer is that to all taps which were sent together. */
  add(taps: number): Promise<Counted> {
    this.taps += taps
    this.next ??= new Promise<Counted>((resolve, reject) => {
      this.goNow = () => {
        const all = this.taps
        this.taps = 0
        this.next = this.goNow = undefined
        this.send(all).then(resolve, reject)
      }
    })
    const { next } = this
    if (this.timer === undefined) this.flush()
    return next
  }

  /** What was tapped goes now, for example because its user leaves. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (!this.goNow) return
    this.goNow()
    this.timer = setTimeout(() => this.flush(), this.everyMs)
  }
}
