import { html, render, type ReactiveController } from 'lit'
import { hidden, isHidden } from '../hidden/hidden.js'
import type { RoomModel } from '../model/room-model.js'
import type { RoomMessage } from '../model/types.js'
import { Flow, type Item } from './flow.js'
import { Follow, MEMORY_MAX } from './follow.js'
import { Lines, type Row } from './lines.js'
import type { LiveChat } from './live-chat.js'
import { drawRow, type Drawing } from './row.js'
import type { ChatWords } from './words.js'

const SKIPPED_SHOWN_MS = 3000

interface Shown {
  element: HTMLElement
  row?: Row
  drawing?: Drawing
}

/** What is said, from the room to the rows in the page. */
export class MessageList implements ReactiveController {
  lines = new Lines()
  follow = new Follow()
  /** Rows are about to come or go above the reader: his place must be kept. */
  mustHold = false
  private listened?: RoomModel
  private flow = new Flow()
  private readonly altered = new Set<RoomMessage>()
  private isWaiting = false
  private skipped = 0
  private skippedAt = 0
  private held: { row: Element; top: number } | undefined
  private readonly shown = new Map<string, Shown>()
  private drawing?: Drawing
  private readonly sizes = typeof ResizeObserver === 'function' ? new ResizeObserver(() => this.stick()) : undefined
  private observed?: Element

  constructor(private readonly host: LiveChat) {
    host.addController(this)
  }

  get scroller(): HTMLElement | null {
    return this.host.renderRoot?.querySelector('.list')
  }

  listen(room: RoomModel): (() => void)[] {
    // An element that is moved to another place in the page keeps what it shows.
    if (room !== this.listened) {
      this.lines = new Lines()
      this.follow = new Follow()
      this.flow = new Flow()
      this.altered.clear()
      for (const { element } of this.shown.values()) element.remove()
      this.shown.clear() // another room has the same keys
      this.listened = room
      // One that comes late begins with what the room remembers.
      queueMicrotask(() => room.recent.forEach(message => add({ kind: 'message', message })))
    }
    const add = (item: Item) => {
      if (item.kind === 'message' && isHidden(item.message)) return
      this.flow.add(item)
      this.schedule()
    }
    return [
      hidden.onChange(() => this.host.requestUpdate()),
      room.on('messages', messages => messages.forEach(message => add({ kind: 'message', message }))),
      room.on('changed', messages => {
        for (const message of messages) {
          this.altered.add(message)
          this.host.later?.noted(message)
        }
        this.schedule()
      }),
      room.on('line', line => add({ kind: 'line', line })),
      room.on('came', people => add({ kind: 'came', people })),
      room.on('went', people => add({ kind: 'went', people })),
    ]
  }

  private schedule(): void {
    if (this.isWaiting) return
    this.isWaiting = true
    const onFrame = () => requestAnimationFrame(() => this.flush(Date.now()))
    const wait = this.flow.waitMs(Date.now())
    if (wait > 0) setTimeout(onFrame, wait)
    else onFrame()
  }

  private flush(now: number): void {
    this.isWaiting = false
    const { lines, follow, host, altered } = this
    const { items, skipped } = this.flow.flush(now)
    const fresh = items.flatMap(item => (item.kind === 'message' && !item.message.earlier ? [item.message] : []))
    const forMe = fresh.filter(({ mentionsMe }) => mentionsMe)
    const before = lines.rows.length
    if (this.isReading) follow.pause()
    lines.apart = host.room?.view.me.mayModerate ?? false
    for (const item of items) lines.add(item, now)
    for (const message of altered) lines.changed(message)
    altered.clear()

    const total = lines.rows.length
    if (fresh.some(({ mine }) => mine)) follow.resume(total)
    follow.added(total - before, fresh.length + skipped, forMe.length, total)
    follow.trimmed(lines.trim(MEMORY_MAX, follow.above, follow.below))
    if (skipped > 0) {
      this.skipped += skipped
      this.skippedAt = now
    }
    host.later?.flushed(items, fresh, skipped, now)
    for (const message of forMe) if (!message.stale) host.emit('mentioned', message)
    // Where the browser does not keep the reader's place when something above him changes, we do.
    this.mustHold ||= !CSS.supports('overflow-anchor', 'auto')
    host.requestUpdate()
  }

  /** Somebody went to a row by keys: it must not go away under him. */
  private get isReading(): boolean {
    const { activeElement } = this.host.renderRoot as ShadowRoot
    return Boolean(activeElement?.closest('.row') && activeElement.matches(':focus-visible'))
  }

  /** When something here changes by itself; 0: never. */
  get dueAt(): number {
    return this.skipped > 0 ? this.skippedAt + SKIPPED_SHOWN_MS : 0
  }

  // --- scrolling -----------------------------------------------------------------------------------------------------

  toEnd(): void {
    this.follow.resume(this.lines.rows.length)
    this.host.requestUpdate()
  }

  /** Only what must be measured is: the one place where the list stands. */
  private stick(): void {
    const { scroller, follow } = this
    if (!scroller || !follow.following) return
    scroller.scrollTop = 1e7
    follow.stuck(scroller.scrollTop)
  }

  private readonly scrolled = (): void => {
    const { scroller, follow } = this
    const { following } = follow
    const { scrollTop: top, clientHeight: height, scrollHeight: inner } = scroller!
    this.mustHold = follow.scrolled({ top, height, inner }, this.lines.rows.length) || this.mustHold
    if (this.mustHold || following !== follow.following) this.host.requestUpdate()
  }

  /** Where does the first row that the reader sees stand? */
  hostUpdate(): void {
    const { scroller } = this
    if (!this.mustHold || !scroller || this.follow.following) return
    const top = scroller.getBoundingClientRect().top
    const row = [...scroller.querySelectorAll('.row')].find(each => each.getBoundingClientRect().bottom > top)
    if (!row) return
    this.held = { row, top: row.getBoundingClientRect().top }
    scroller.style.overflowAnchor = 'none' // or it would be kept twice
  }

  hostUpdated(): void {
    const { scroller, held, drawing } = this
    if (!scroller || !drawing) return
    this.sync(scroller.firstElementChild as HTMLElement, drawing)
    if (scroller !== this.observed) {
      this.sizes?.observe(scroller)
      this.sizes?.observe(scroller.firstElementChild!)
      this.observed = scroller
    }
    if (held) {
      if (held.row.isConnected) scroller.scrollTop += held.row.getBoundingClientRect().top - held.top
      scroller.style.overflowAnchor = ''
    }
    this.held = undefined
    this.mustHold = false
    this.stick()
  }

  // --- drawing -------------------------------------------------------------------------------------------------------

  /** Rows never change their order: some go, some change, new ones come between. Those that did not change are not touched. */
  private sync(parent: HTMLElement, drawing: Drawing): void {
    const { lines, follow, shown } = this
    const rows = lines.rows.slice(follow.above, lines.rows.length - follow.below)
    const keys = new Set(rows.map(({ key }) => key))
    for (const [key, { element }] of shown) {
      if (keys.has(key)) continue
      element.remove()
      shown.delete(key)
    }
    let next = parent.firstElementChild
    for (const row of rows) {
      let its = shown.get(row.key)
      if (!its) {
        its = { element: document.createElement('div') }
        Object.entries({ role: 'article', part: 'row', tabindex: '-1', 'data-key': row.key }).forEach(pair => its!.element.setAttribute(...pair))
        shown.set(row.key, its)
      }
      const { element } = its
      if (element === next) next = next.nextElementSibling
      else parent.insertBefore(element, next)
      if (its.row === row && its.drawing === drawing) continue
      Object.assign(its, { row, drawing })
      // What was there when its reader hid it comes back when he wants it again.
      element.hidden = row.kind === 'said' && isHidden(row.all[0]!)
      const { kind, label, inside } = drawRow(row, drawing)
      element.className = `row ${kind}`
      if (label) element.setAttribute('aria-label', label)
      render(inside, element)
    }
  }

  draw(words: ChatWords, drawing: Drawing): unknown {
    const { lines, follow, host } = this
    const { later } = host
    this.drawing = drawing
    if (Date.now() >= this.dueAt) this.skipped = 0
    return html`<div
        class=${follow.following ? 'list' : 'list reading'}
        part="list"
        role="log"
        tabindex="0"
        aria-live="off"
        aria-label=${words.chat}
        @scroll=${this.scrolled}
        @keydown=${later?.keys.pressed}
        @focusin=${later?.keys.focused}
        @focusout=${later?.keys.blurred}
      >
        <div class="rows"></div>
      </div>
      ${lines.rows.some(({ kind }) => kind === 'said') ? '' : html`<div class="empty"><slot name="empty">${words.empty}</slot></div>`}
      <div class="over">
        ${this.skipped > 0 ? html`<span class="chip">${words.skipped(this.skipped)}</span>` : ''}${
          follow.following ? '' : later?.drawPill()
        }
      </div>`
  }
}
