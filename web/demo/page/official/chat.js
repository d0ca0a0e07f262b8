// The list of messages: follows the newest while its reader is at the end, and never jumps while he reads above.

import { words } from './words.js'

const ROWS_MAX = 200
/** Nothing is taken from under the eyes of someone who reads above, up to this. */
const ROWS_READING_MAX = 1_000
/** Within this distance of the end a reader counts as following. */
const NEAR_END_PX = 40
/** People who come or go within this time share one line. */
const TIPS_TOGETHER_MS = 8_000

export class ChatList {
  #list
  #pill
  #following = true
  #unread = 0
  #tips = {}

  constructor(list, pill) {
    this.#list = list
    this.#pill = pill
    list.addEventListener('scroll', () => this.#scrolled(), { passive: true })
    pill.addEventListener('click', () => this.follow())
    // A phone's keyboard or a turned screen changes the height: stay at the end if that is where we were.
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(list)
  }

  /** A message with its sender. Returns its row, for marking it sent or failed. */
  message({ user, nick, avatar, text, time, priority, mine = false, kind = 'text' }) {
    this.#tips = {}
    const row = element('li', { className: `line${kind === 'gift' ? ' given' : ''}${mine ? ' mine' : ''}` })
    const at = new Date((time ?? Date.now() / 1000) * 1000)
    row.title = at.toLocaleTimeString()
    const name = element('bdi', { className: 'who', textContent: nick || user })
    name.style.setProperty('--hue', hueOf(user))
    const head = element('span', { className: 'head' }, name)
    if (priority === 'High' && kind === 'text')
      head.append(element('span', { className: 'tag', textContent: words().high }))
    const body = element('bdi', { className: 'text', textContent: text })
    row.append(faceOf({ user, nick, avatar }), element('div', { className: 'said' }, head, body))
    if (priority === 'Low') row.classList.add('low')
    this.#add(row, mine)
    return row
  }

  failed(row, why) {
    row.classList.add('failed')
    row.querySelector('.said')?.append(element('span', { className: 'why', textContent: words().failed(why) }))
  }

  /** A line of the house. */
  note(text, kind = 'note') {
    this.#tips = {}
    const row = element('li', { className: kind }, element('bdi', { textContent: text }))
    this.#add(row)
    return row
  }

  came(people) {
    this.#tip('joined', people)
  }

  went(people) {
    this.#tip('left', people)
  }

  follow() {
    this.#following = true
    this.#unread = 0
    this.#pill.hidden = true
    this.#toEnd()
  }

  /** Comings and goings share a line while nothing else is said in between. */
  #tip(kind, people) {
    const nicks = people.map((person) => person.nick)
    if (!nicks.length) return
    const open = this.#tips[kind]
    if (open && Date.now() - open.since < TIPS_TOGETHER_MS) {
      open.nicks = [...new Set([...open.nicks, ...nicks])]
      open.text.textContent = words()[kind](namesOf(open.nicks))
      return
    }
    const text = element('bdi', { textContent: words()[kind](namesOf(nicks)) })
    this.#tips[kind] = { since: Date.now(), nicks, text }
    this.#add(element('li', { className: 'tip' }, text))
  }

  #add(row, mine = false) {
    this.#list.append(row)
    if (mine) this.#following = true
    const rowsMax = this.#following ? ROWS_MAX : ROWS_READING_MAX
    while (this.#list.children.length > rowsMax) this.#list.firstElementChild.remove()
    if (this.#following) return this.#toEnd()
    this.#unread += 1
    this.#pill.textContent = words().fresh(this.#unread)
    this.#pill.hidden = false
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#list
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX
    if (this.#following) {
      this.#unread = 0
      this.#pill.hidden = true
    }
  }

  #toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight
  }
}

/** A picture, or the first letter where there is none or it does not load. */
export function faceOf({ user, nick, avatar }) {
  const letter = () => {
    const fallback = element('span', { className: 'face', textContent: [...(nick || user || '?')][0] })
    fallback.style.setProperty('--hue', hueOf(user))
    fallback.setAttribute('aria-hidden', 'true')
    return fallback
  }
  if (!/^https?:\/\//.test(avatar ?? '')) return letter()
  const picture = element('img', { className: 'face', alt: '', width: 32, height: 32, decoding: 'async', src: avatar })
  picture.addEventListener('error', () => picture.replaceWith(letter()), { once: true })
  return picture
}

/** Always the same colour for the same person. */
export function hueOf(user = '') {
  let hash = 7
  for (const character of user) hash = (hash * 31 + character.codePointAt(0)) % 360
  return hash
}

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function namesOf(nicks) {
  if (nicks.length <= 2) return nicks.join(words().and)
  return words().others(nicks[0], nicks.length - 1)
}
