// Which gifts have a banner now. Pure: time is an argument, in ms.

/** The same gift of the same person within it counts up the banner: a combo. A banner stands for so long after the last. */
export const COMBO_MS = 4000
/** The most valuable of those that found no slot. */
const WAITING_MAX = 30

export interface Given<Person> {
  userId: string
  person: Person
  gift: string
  count: number
  /** Of one; 0 for a gift that is not in the catalogue. */
  price: number
}

export interface Banner<Person> extends Given<Person> {
  readonly key: string
  readonly since: number
  until: number
}

export class Banners<Person> {
  /** What stands in each slot: a banner keeps its place. */
  slots: (Banner<Person> | undefined)[] = []
  private waiting: Banner<Person>[] = []
  private keys = 0

  constructor(private size: number) {
    this.resize(size)
  }

  /** Those that lose their slot wait again. */
  resize(size: number): void {
    this.size = size
    for (const lost of this.slots.splice(size)) if (lost) this.queue(lost)
    while (this.slots.length < size) this.slots.push(undefined)
  }

  get queued(): number {
    return this.waiting.length
  }

  add(given: Given<Person>, now: number): void {
    this.advance(now)
    const same = (banner?: Banner<Person>) => banner?.userId === given.userId && banner.gift === given.gift
    const open = [...this.slots, ...this.waiting].find(same)
    if (open) {
      open.count += given.count
      open.until = now + COMBO_MS
      if (this.waiting.includes(open)) this.queue(open)
    } else {
      this.queue({ ...given, key: `g${++this.keys}`, since: now, until: 0 })
    }
    this.advance(now)
  }

  /** Takes away those whose time is over, and lets in those that wait, the most valuable first. */
  advance(now: number): void {
    for (let index = 0; index < this.size; index += 1) {
      const banner = this.slots[index]
      if (banner && banner.until > now) continue
      const next = this.waiting.shift()
      if (next) next.until = now + COMBO_MS
      this.slots[index] = next
    }
  }

  /** Taken back, or its giver was put out. */
  remove(which: (banner: Banner<Person>) => boolean): void {
    this.waiting = this.waiting.filter(banner => !which(banner))
    this.slots = this.slots.map(banner => (banner && which(banner) ? undefined : banner))
  }

  /** When something will change if nothing comes; 0: never. */
  get nextAt(): number {
    const ends = this.slots.flatMap(banner => banner?.until ?? [])
    return ends.length > 0 ? Math.min(...ends) : 0
  }

  private queue(banner: Banner<Person>): void {
    const others = this.waiting.filter(other => other !== banner)
    const value = valueOf(banner)
    const at = others.findIndex(other => valueOf(other) < value || (valueOf(other) === value && other.since > banner.since))
    others.splice(at < 0 ? others.length : at, 0, banner)
    this.waiting = others.slice(0, WAITING_MAX)
  }
}

export const valueOf = ({ price, count }: { price: number; count: number }): number => price * count
