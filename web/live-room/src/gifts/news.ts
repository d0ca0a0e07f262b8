// What is read out of gifts: one sentence every three seconds at most. Pure: time is an argument, in ms.

export const TELL_EVERY_MS = 3000

export interface Told {
  key: string
  count: number
  value: number
}

export class News<Gift extends Told> {
  private readonly fresh = new Map<string, Gift>()
  private last = -Infinity

  /** Counts up what nobody has heard of yet. */
  add(gift: Gift): void {
    const before = this.fresh.get(gift.key)
    this.fresh.set(gift.key, before ? { ...gift, count: before.count + gift.count, value: before.value + gift.value } : gift)
  }

  /** When it may be told next; 0 where there is nothing to tell. */
  get dueAt(): number {
    return this.fresh.size > 0 ? Math.max(1, this.last + TELL_EVERY_MS) : 0
  }

  /** The most valuable gift, and how many others came: they are not told any more. */
  tell(now: number): { gift: Gift; others: number } | undefined {
    if (this.fresh.size === 0 || now < this.last + TELL_EVERY_MS) return undefined
    const gift = [...this.fresh.values()].reduce((best, next) => (next.value > best.value ? next : best))
    const others = this.fresh.size - 1
    this.fresh.clear()
    this.last = now
    return { gift, others }
  }
}
