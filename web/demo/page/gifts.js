// Gifts: a banner each; the same gift by the same person soon after extends the banner and counts up.

import { element, faceOf } from './chat.js'
import { words } from './words.js'

export const GIFTS = { rose: '🌹', cake: '🍰', rocket: '🚀' }

const BANNERS_MAX = 3
const SHOWN_MS = 5_000

export class Banners {
  #list
  #shown = new Map()

  constructor(list) {
    this.#list = list
  }

  show({ user, nick, avatar, gift, count }) {
    const key = `${user}/${gift}`
    const open = this.#shown.get(key)
    if (open) return this.#countUp(key, open, count)
    if (this.#shown.size >= BANNERS_MAX) this.#close(this.#shown.keys().next().value)

    const times = element('strong', { className: 'times', textContent: `×${count}` })
    const banner = element(
      'li',
      { className: 'banner' },
      faceOf({ user, nick, avatar }),
      element(
        'span',
        { className: 'giver' },
        element('bdi', { textContent: nick || user }),
        element('small', { textContent: words().gives(words()[gift]) }),
      ),
      element('span', { className: 'gift', textContent: GIFTS[gift] }),
      times,
    )
    this.#list.append(banner)
    this.#shown.set(key, { banner, times, count, timer: this.#later(key) })
  }

  #countUp(key, open, count) {
    clearTimeout(open.timer)
    open.count += count
    open.times.textContent = `×${open.count}`
    open.timer = this.#later(key)
    // Restarts the little jump of the number.
    open.times.classList.remove('jump')
    void open.times.offsetWidth
    open.times.classList.add('jump')
  }

  #later(key) {
    return setTimeout(() => this.#close(key), SHOWN_MS)
  }

  #close(key) {
    const open = this.#shown.get(key)
    if (!open) return
    clearTimeout(open.timer)
    this.#shown.delete(key)
    open.banner.classList.add('leaving')
    setTimeout(() => open.banner.remove(), 400)
  }
}

/** What came as a gift, made safe: a known kind, a count in bounds. */
export function giftOf(data) {
  if (data.businessID !== 'gift' || !Object.hasOwn(GIFTS, data.gift)) return null
  return { gift: data.gift, count: bounded(data.count) }
}

export function bounded(count) {
  return Number.isInteger(count) && count > 0 ? Math.min(count, 99) : 1
}
