import { Lanes, leftOf, type Bullet, type Flight, type Mode } from './lanes.js'
import type { DanmakuSettings } from './settings.js'
import type { Person, RoomMessage } from '../model/types.js'

export interface Shown extends Bullet {
  text: string
  mine: boolean
  host: boolean
  person?: Person
  message?: RoomMessage
}

/** Comments that come within it enter together. */
const PUMP_MS = 50
/** The height of a row and the sides of a bullet, in em (styles.ts: a bullet is a little lower than its row). */
const LINE = 1.65
const SIDE = 0.45

/**
 * The nodes of bullets, and what moves them. Each is one animation of the browser's compositor: a loop of our own with 80
 * of them took 140 ms of every second of the main thread where this takes 2. A bullet is measured once, on a canvas; nothing is read from the
 * layout while they fly.
 */
export class Layer {
  private lanes?: Lanes<Shown>
  private readonly pool: HTMLElement[] = []
  private readonly flying = new Map<Shown, { node: HTMLElement; animation: Animation }>()
  private readonly pen = document.createElement('canvas').getContext('2d')
  private size = 0
  private width = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private asleep = false

  constructor(private readonly box: HTMLElement) {}

  /** Also after a change of style: reads how large letters are now. */
  fit(width: number, height: number, { area, speed, density }: DanmakuSettings): void {
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(this.box)
    const font = `${fontWeight} ${fontSize} ${fontFamily}`
    const size = parseFloat(fontSize)
    if (size !== this.size) this.clear()
    this.size = size
    this.width = width
    if (this.pen) this.pen.font = font
    const rows = Math.floor(height / this.line)
    const geometry = { width, rows, area, max: density, crossingMs: (4500 + width * 2.5) / speed }
    if (this.lanes) this.lanes.resize(geometry).forEach(this.drop)
    else this.lanes = new Lanes(geometry)
  }

  /** px */
  get line(): number {
    return Math.ceil(this.size * LINE)
  }

  add(shown: Omit<Shown, 'width'> & { mode: Mode }): void {
    if (!this.lanes || this.asleep) return
    const measured = Math.ceil((this.pen?.measureText(shown.text).width ?? shown.text.length * this.size) + 2 * SIDE * this.size) + 2
    const widest = this.width * (shown.mode === 'scroll' ? 2 : 1)
    this.lanes.offer({ ...shown, width: Math.min(measured, widest) }, this.now)
    this.timer ??= setTimeout(this.pump, PUMP_MS)
  }

  remove(which: (shown: Shown) => boolean): void {
    this.lanes?.remove(which).forEach(this.drop)
  }

  clear(): void {
    this.remove(() => true)
  }

  /** The bullet that a node shows now. */
  at(node: Element): Flight<Shown> | undefined {
    return this.lanes?.flights.find(({ bullet }) => this.flying.get(bullet)?.node === node)
  }

  leftOf(flight: Flight<Shown>): number {
    return leftOf(flight, this.now)
  }

  hold(row: number): void {
    for (const { bullet } of this.lanes?.hold(row, this.now) ?? []) this.flying.get(bullet)?.animation.pause()
  }

  release(row: number): void {
    for (const { bullet, enteredAt } of this.lanes?.release(row, this.now) ?? []) {
      const animation = this.flying.get(bullet)?.animation
      if (animation) animation.startTime = enteredAt
    }
  }

  /** Nobody looks: all stand, those that wait are old news, and no more come. */
  sleep(): void {
    this.asleep = true
    this.remove(shown => !this.flying.has(shown))
    this.everyRow(row => this.hold(row))
  }

  wake(): void {
    this.asleep = false
    this.everyRow(row => this.release(row))
  }

  private everyRow(act: (row: number) => void): void {
    new Set(this.lanes?.flights.map(({ row }) => row)).forEach(act)
  }

  private get now(): number {
    return Number(document.timeline.currentTime)
  }

  private readonly pump = (): void => {
    this.timer = undefined
    if (!this.lanes) return
    for (const flight of this.lanes.advance(this.now)) this.show(flight)
    if (this.lanes.waiting > 0) this.timer = setTimeout(this.pump, PUMP_MS)
  }

  private show(flight: Flight<Shown>): void {
    const { bullet, row, from, speed, enteredAt, leavesAt } = flight
    const node = this.pool.pop() ?? this.box.appendChild(newNode())
    node.hidden = false
    node.className = `bullet${bullet.mine ? ' mine' : ''}${bullet.host ? ' host' : ''}`
    node.firstElementChild!.textContent = bullet.text
    node.style.inlineSize = `${bullet.width}px`
    const y = row * this.line
    const at = (x: number) => ({ transform: `translate3d(${x}px, ${y}px, 0)` })
    const duration = leavesAt - enteredAt
    const animation = node.animate([at(from), at(from - speed * duration)], { duration, fill: 'both' })
    animation.startTime = enteredAt
    animation.onfinish = () => {
      this.lanes?.remove(shown => shown === bullet)
      this.drop(flight)
    }
    this.flying.set(bullet, { node, animation })
  }

  private readonly drop = ({ bullet }: Flight<Shown>): void => {
    const its = this.flying.get(bullet)
    if (!its) return
    this.flying.delete(bullet)
    its.animation.cancel()
    its.node.hidden = true
    this.pool.push(its.node)
  }
}

function newNode(): HTMLElement {
  const node = document.createElement('div')
  node.append(document.createElement('bdi'))
  return node
}
