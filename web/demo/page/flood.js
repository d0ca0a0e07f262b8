// The button that floods the room, and the card that says what came of it.

import { element } from './dom.js'
import { figure, words } from './words.js'

const LOOK_EVERY_MS = 400
/** As in index.css. */
const NARROW = matchMedia('(max-width: 559px)')

export class FloodCard {
  #button
  #card
  #result = { state: 'idle' }
  #trouble = ''

  constructor({ button, card }) {
    this.#button = button
    this.#card = card
    button.addEventListener('click', () => this.#begin())
    NARROW.addEventListener('change', () => this.speak())
    // Somebody else may have begun one.
    this.#look()
  }

  /** All of it again, in the language in force. */
  speak() {
    const { state, seconds, elapsedMs } = this.#result
    const isRunning = state === 'running'
    this.#button.disabled = isRunning
    this.#button.textContent = this.#label(isRunning && Math.ceil(seconds - elapsedMs / 1000))
    this.#draw()
  }

  #label(secondsLeft) {
    if (secondsLeft === false) return NARROW.matches ? words().floodShort : words().flood
    return NARROW.matches ? String(secondsLeft) : words().flooding(secondsLeft)
  }

  async #begin() {
    this.#button.disabled = true
    this.#trouble = ''
    try {
      const response = await fetch('/flood', { method: 'POST' })
      // 409: one is running; it is shown as well.
      if (!response.ok && response.status !== 409) throw new Error(`HTTP ${response.status}`)
    } catch (error) {
      this.#trouble = words().floodFailed(error.message)
    }
    await this.#look()
  }

  async #look() {
    const answer = await fetch('/flood').then((response) => response.json()).catch(() => undefined)
    const before = this.#result.state
    if (answer) this.#result = answer
    const { state } = this.#result
    if (state === 'running') setTimeout(() => this.#look(), LOOK_EVERY_MS)
    if (this.#trouble || state === 'running' || before === 'running') this.#card.hidden = false
    this.speak()
  }

  #draw() {
    if (this.#card.hidden) return
    const { state, seconds, elapsedMs, gift, text, low, like, rate, causes } = this.#result
    const close = element('button', { type: 'button', className: 'close', title: words().close, 'aria-label': words().close }, '×')
    close.addEventListener('click', () => (this.#card.hidden = true))
    if (this.#trouble || !gift) return this.#card.replaceChildren(element('p', { role: 'alert' }, this.#trouble || state), close)
    const isDone = state === 'done'
    const bar = element('progress', { max: seconds * 1000, value: elapsedMs, 'aria-label': words().floodTitle(seconds) })
    this.#card.replaceChildren(
      element('div', { className: 'head' }, element('h2', { textContent: words().floodTitle(seconds) }), isDone ? account(rate, causes) : bar),
      element(
        'dl',
        {},
        box(words().gifts, of(gift.admitted, gift.sent), [isDone && fateOf(gift)], isDone && gift.admitted === gift.sent),
        box(words().talk, of(text.admitted, text.sent), [lost(text)]),
        box(words().low, of(low.admitted, low.sent), [lost(low)]),
        box(words().likes, of(like.counted, like.sent), [words().updates(figure(like.updates))], isDone && like.counted === like.sent),
      ),
      close,
    )
  }
}

const of = (part, whole) => words().of(figure(part), figure(whole))

function fateOf({ admitted, sent, seen }) {
  return admitted === sent ? `${words().allThere} · ${words().seen(figure(seen))}` : words().missing(figure(sent - admitted))
}

function lost({ dropped, failed }) {
  return [dropped && words().dropped(figure(dropped)), failed && words().failed(figure(failed))].filter(Boolean).join(' · ')
}

/** The room's own word on these seconds, where it can be had. It counts everybody's messages. */
function account(rate, causes) {
  const why = Object.entries(causes?.dropped ?? {}).map(([name, count]) => words().cause(words().causes[name] ?? name, figure(count)))
  return element('small', { textContent: rate ? [words().limit(figure(rate)), ...why].join(' · ') : '' })
}

/** One kind of what was sent. `good`: nothing of it was lost. */
function box(name, figures, lines, good = false) {
  const details = lines.filter(Boolean).map((line) => element('small', { textContent: line }))
  return element(
    'div',
    { className: good ? 'good' : '' },
    element('dt', { textContent: name }),
    element('dd', {}, element('strong', { textContent: figures }), ...details),
  )
}
