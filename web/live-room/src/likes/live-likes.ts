import { css, html, type PropertyValues } from 'lit'
import { property, query } from 'lit/decorators.js'
import { HEART, icon } from '../base/icons.js'
import { LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import { compact, localeOf } from '../base/words.js'
import type { RoomModel } from '../model/room-model.js'
import { Hearts } from './hearts.js'
import { EVERY_MS, heartTimes } from './replay.js'
import { likesWords } from './words.js'

/** A heart that comes later than this (a page that slept) does not come at all. */
const LATE_MS = 500

/**
 * A button that likes the room, with how often it was liked, and hearts that rise from it: mine at once, those of others a
 * few per second. Where motion is unwanted only the number changes, softly.
 *
 * @tagname live-likes
 * @fires login-request - A guest wants to like: `{ reason: 'like' }`.
 * @csspart button - The button.
 * @csspart count - The number in it.
 * @cssprop --lr-color-like - The heart.
 */
export class LiveLikes extends LiveElement {
  static override styles = [
    tokens,
    buttons,
    css`
      :host {
        position: relative;
        display: inline-block;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        border-radius: 999px;
        min-block-size: 40px;
        min-inline-size: 40px;
        justify-content: center;
        font-variant-numeric: tabular-nums;
        user-select: none;
        -webkit-user-select: none;
        touch-action: manipulation;
        transition: scale 0.12s;
      }
      button svg {
        inline-size: 1.5em;
        block-size: 1.5em;
        fill: var(--_like);
        stroke: var(--_like);
      }
      :host([compact]) button {
        flex-direction: column;
        gap: 0;
        line-height: 1.2;
        font-size: 0.75rem;
      }
      :host([compact]) svg {
        inline-size: 24px;
        block-size: 24px;
      }
      .moving:active {
        scale: 0.88;
      }
      .air {
        position: absolute;
        direction: ltr;
        left: 0;
        top: 0;
        pointer-events: none;
        z-index: 1;
      }
      i {
        position: absolute;
        left: -12px;
        top: -12px;
        inline-size: 24px;
        block-size: 24px;
        background: hsl(var(--hue) 90% 64%);
        clip-path: path('M12 21C5 16 2 12.5 2 8.6A5.2 5.2 0 0 1 12 6.5 5.2 5.2 0 0 1 22 8.6C22 12.5 19 16 12 21z');
      }
    `,
  ]

  /** For narrow places: the number stands small below the heart. */
  @property({ type: Boolean, reflect: true }) compact = false

  @query('.air') private air!: HTMLElement
  @query('button') private button!: HTMLElement
  @query('.count') private number!: HTMLElement

  private hearts?: Hearts
  /** When the last one of others was planned, and when it came. */
  private lastHeart = 0
  private lastRisen = 0
  private readonly planned = new Set<ReturnType<typeof setTimeout>>()
  private lastTotal = -1

  /** A like of mine, as if the button was pressed. With a place on the screen (client coordinates) the heart rises there. */
  tap(x?: number, y?: number): void {
    const { room } = this
    if (!room || room.view.phase !== 'in') return
    if (!room.view.me.loggedIn) return void this.emit('login-request', { reason: 'like' })
    room.like()
    this.rise(x, y)
  }

  protected override roomChanged(room: RoomModel): (() => void)[] {
    return [room.on('likes', ({ others }) => this.othersLiked(others)), () => this.forget()]
  }

  private othersLiked(taps: number): void {
    if (this.calm || document.hidden) return
    const now = performance.now()
    for (const at of heartTimes(taps, now, this.lastHeart)) {
      this.lastHeart = at
      const timer = setTimeout(() => {
        this.planned.delete(timer)
        const now = performance.now()
        // timers of a busy page come late, and then together
        if (now - at > LATE_MS || now - this.lastRisen < EVERY_MS - 20) return
        this.lastRisen = now
        this.rise()
      }, at - now)
      this.planned.add(timer)
    }
  }

  private forget(): void {
    this.planned.forEach(clearTimeout)
    this.planned.clear()
    this.lastTotal = -1
  }

  private rise(x?: number, y?: number): void {
    if (this.calm || document.hidden || !this.air) return
    this.hearts ??= new Hearts(this.air)
    const here = this.air.getBoundingClientRect()
    if (x !== undefined && y !== undefined) return this.hearts.rise(x - here.left, y - here.top)
    const button = this.button.getBoundingClientRect()
    this.hearts.rise(button.left + button.width / 2 - here.left, button.top + Math.min(20, button.height / 2) - here.top)
  }

  /** A key that is held down is one tap. */
  private held(event: KeyboardEvent): void {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault()
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    const likes = this.view?.phase === 'in' ? this.view.likes : -1
    if (this.calm && this.lastTotal >= 0 && likes > this.lastTotal) this.number.animate([{ opacity: 0.45 }, { opacity: 1 }], 600)
    this.lastTotal = likes
  }

  protected override render() {
    const words = this.say(likesWords)
    const likes = this.view?.likes ?? 0
    const total = words.total(likes, new Intl.NumberFormat(localeOf(this.language)).format(likes))
    return html`<button
        part="button"
        class=${this.calm ? '' : 'moving'}
        title=${total}
        aria-label="${words.like} (${total})"
        @click=${() => this.tap()}
        @keydown=${this.held}
      >
        ${icon(HEART)}<span class="count" part="count">${likes > 0 ? compact(likes, this.language) : words.like}</span>
      </button>
      <div class="air" aria-hidden="true"></div>`
  }
}
