// Which rows of the memory are in the page, and whether the list follows the newest. Whoever reads above is never moved:
// behind him the page grows only so far, and the rest waits in memory until he comes down.

export const MEMORY_MAX = 1000
/** Rows in the page while it follows, and while somebody reads above. */
const SHOWN_MAX = 200
const READING_MAX = 400
const STEP = 100
/** Within this distance of its end the list counts as read to the end. */
const NEAR_END_PX = 32
const NEAR_TOP_PX = 300

export interface Measures {
  top: number
  height: number
  inner: number
}

export class Follow {
  following = true
  /** New since he began to read above, and how many of them mean him. */
  unread = 0
  mentions = 0
  /** Rows in memory above and below of those in the page. */
  above = 0
  below = 0
  private heldAt = 0

  /** Rows were added at the end. */
  added(rows: number, messages: number, mentions: number, total: number): void {
    if (this.following) return this.toEnd(total)
    this.unread += messages
    this.mentions += mentions
    this.below += rows
    this.grow(total)
  }

  /** Rows were taken out of the memory. */
  trimmed({ top, tail }: { top: number; tail: number }): void {
    this.above -= top
    this.below -= tail
  }

  /** After a row was taken away by hand. */
  clamp(total: number): void {
    this.above = Math.min(this.above, total)
    this.below = Math.min(this.below, total - this.above)
  }

  pause(): void {
    this.following = false
  }

  resume(total: number): void {
    this.following = true
    this.unread = this.mentions = 0
    this.toEnd(total)
  }

  /** The list stands at its end now, by us. */
  stuck(top: number): void {
    this.heldAt = top
  }

  /** The list was scrolled. Only a way up is the reader's will; that the end moved away is not. Answers whether other rows are wanted. */
  scrolled({ top, height, inner }: Measures, total: number): boolean {
    const toGo = inner - top - height
    if (this.following) {
      if (toGo <= NEAR_END_PX || top >= this.heldAt - 1) {
        this.heldAt = Math.max(this.heldAt, top)
        return false
      }
      this.pause()
    }
    if (toGo <= NEAR_END_PX && this.below === 0) {
      this.resume(total)
      return true
    }
    if (toGo <= NEAR_TOP_PX && this.below > 0) {
      this.below = Math.max(0, this.below - STEP)
      this.above = Math.max(this.above, total - this.below - READING_MAX)
      return true
    }
    return top <= NEAR_TOP_PX && this.more()
  }

  /** Older rows of the memory, please. */
  more(): boolean {
    if (this.above === 0) return false
    this.above = Math.max(0, this.above - STEP)
    return true
  }

  private toEnd(total: number): void {
    this.below = 0
    this.above = Math.max(0, total - SHOWN_MAX)
  }

  private grow(total: number): void {
    const shown = total - this.above - this.below
    this.below -= Math.min(this.below, Math.max(0, READING_MAX - shown))
  }
}
