// What moves on the stage: lamp light, stars, notes from the piano, hearts, and the people on the sofa.

import { hueOf } from './chat.js'
import { HEIGHT, LAMP, PIANIST, PIANO, WIDTH, paintRoom, paintSofa } from './scene.js'

const SEATS = 11
/** The place that is no seat: at the piano. */
const PLAYING = -1
const HEARTS_MAX = 40
/** A name stands over a head for so long after its owner spoke. */
const NAME_MS = 2_500
/** Enough for slow movements, half the work of the screen's own rate. */
const FRAME_MS = 33

/** Evenly scattered without a pattern (the R2 sequence), the same every night. */
const STARS = Array.from({ length: 18 }, (_, index) => ({
  x: 32 + ((index * 0.754877) % 1) * 28,
  y: 13 + ((index * 0.56984) % 1) * 19,
  phase: index * 1.7,
}))

export class Stage {
  #canvas
  #pen
  #room = document.createElement('canvas')
  #scale = 1
  #left = 0
  #top = 0
  #still = matchMedia('(prefers-reduced-motion: reduce)')
  #seats = []
  #hearts = []
  #notes = []
  #glow = 0
  #last = 0

  constructor(canvas) {
    this.#canvas = canvas
    this.#pen = canvas.getContext('2d')
    new ResizeObserver(() => this.#resize()).observe(canvas)
    this.#still.addEventListener('change', () => this.#loop())
    this.#loop()
  }

  /** Who sits at the piano and needs no seat. */
  host = ''

  /** Someone was heard or seen: he gets a seat, hops and shows his name. */
  heard({ user, nick }, loud = true) {
    let seat = this.#seats.find((taken) => taken.user === user)
    if (!seat) {
      seat = { user, place: user === this.host ? PLAYING : this.#freePlace(), hop: 0, until: 0 }
      this.#seats.push(seat)
    }
    Object.assign(seat, { nick, seen: Date.now() })
    if (loud) Object.assign(seat, { hop: 1, until: Date.now() + NAME_MS })
    if (!this.#still.matches) return
    seat.hop = 0
    this.#draw(0)
    setTimeout(() => this.#draw(0), NAME_MS)
  }

  gone(user) {
    this.#seats = this.#seats.filter((seat) => seat.user !== user)
    if (this.#still.matches) this.#draw(0)
  }

  /** Hearts for likes; a crowd's worth is shown as a handful. */
  hearts(count) {
    if (this.#still.matches) return
    for (let index = 0; index < Math.min(count, 8) && this.#hearts.length < HEARTS_MAX; index += 1) {
      this.#hearts.push({
        age: -index * 0.14,
        x: 118 + Math.random() * 14,
        sway: Math.random() * 6,
        size: 1.5 + Math.random() * 1.2,
        hue: 335 + Math.random() * 35,
      })
    }
  }

  /** The lamp brightens for a gift. */
  shine() {
    if (!this.#still.matches) this.#glow = 1
  }

  #freePlace() {
    const sofa = this.#seats.filter((seat) => seat.place !== PLAYING)
    if (sofa.length >= SEATS) {
      const longest = sofa.reduce((first, second) => (first.seen < second.seen ? first : second))
      this.gone(longest.user)
      return longest.place
    }
    const taken = new Set(sofa.map((seat) => seat.place))
    // From the middle outwards: a few people sit together.
    const order = [5, 4, 6, 3, 7, 2, 8, 1, 9, 0, 10]
    return order.find((place) => !taken.has(place)) ?? 0
  }

  #resize() {
    const ratio = Math.min(devicePixelRatio || 1, 2)
    const { clientWidth, clientHeight } = this.#canvas
    if (!clientWidth || !clientHeight) return
    const [wide, high] = [clientWidth * ratio, clientHeight * ratio]
    Object.assign(this.#canvas, { width: wide, height: high })
    this.#scale = Math.max(Math.min(wide / 118, high / 86), wide / (WIDTH + 60), high / (HEIGHT + 30))
    this.#left = wide / 2 - 82 * this.#scale
    this.#top = high - HEIGHT * this.#scale
    Object.assign(this.#room, { width: wide, height: high })
    const pen = this.#room.getContext('2d')
    this.#place(pen)
    paintRoom(pen)
    this.#draw(0)
  }

  #place(pen) {
    pen.setTransform(this.#scale, 0, 0, this.#scale, this.#left, this.#top)
  }

  #loop() {
    if (this.#still.matches) return this.#draw(0)
    requestAnimationFrame((now) => {
      if (now - this.#last >= FRAME_MS) {
        const seconds = Math.min((now - this.#last) / 1000, 0.1)
        this.#last = now
        this.#move(seconds)
        this.#draw(now / 1000)
      }
      this.#loop()
    })
  }

  #move(seconds) {
    for (const heart of this.#hearts) heart.age += seconds / 2.6
    this.#hearts = this.#hearts.filter((heart) => heart.age < 1)
    for (const note of this.#notes) note.age += seconds / 4
    this.#notes = this.#notes.filter((note) => note.age < 1)
    if (Math.random() < seconds * 0.9) {
      this.#notes.push({
        age: 0,
        x: PIANO.x + Math.random() * 12 - 4,
        sway: Math.random() * 6,
        sign: Math.random() < 0.5 ? '♪' : '♫',
      })
    }
    for (const seat of this.#seats) seat.hop = Math.max(0, seat.hop - seconds / 0.5)
    this.#glow = Math.max(0, this.#glow - seconds / 2.5)
  }

  #draw(time) {
    const pen = this.#pen
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.drawImage(this.#room, 0, 0)
    this.#place(pen)
    this.#drawStars(pen, time)
    this.#drawLight(pen, time)
    this.#drawNotes(pen)
    this.#drawPeople(pen, time)
    paintSofa(pen)
    this.#drawNames(pen)
    this.#drawHearts(pen)
  }

  #drawStars(pen, time) {
    for (const { x, y, phase } of STARS) {
      pen.globalAlpha = 0.45 + 0.4 * Math.sin(time * 0.8 + phase)
      pen.fillStyle = '#fff6df'
      pen.fillRect(x, y, 0.35, 0.35)
    }
    pen.globalAlpha = 1
  }

  #drawLight(pen, time) {
    const strength = 0.34 + 0.02 * Math.sin(time * 1.7) + 0.3 * this.#glow
    pen.globalCompositeOperation = 'lighter'
    const light = pen.createRadialGradient(LAMP.x, LAMP.y, 2, LAMP.x, LAMP.y, 66)
    light.addColorStop(0, `rgba(255, 190, 120, ${strength * 0.75})`)
    light.addColorStop(0.35, `rgba(255, 165, 100, ${strength * 0.38})`)
    light.addColorStop(1, 'rgba(255, 150, 90, 0)')
    pen.fillStyle = light
    pen.fillRect(-80, -60, 320, 200)
    pen.globalCompositeOperation = 'source-over'
  }

  #drawNotes(pen) {
    pen.fillStyle = '#ffe2b0'
    pen.font = '4px serif'
    for (const { age, x, sway, sign } of this.#notes) {
      pen.globalAlpha = Math.sin(age * Math.PI) * 0.75
      pen.fillText(sign, x + Math.sin(age * 5 + sway) * 2.5, PIANO.y - age * 24)
    }
    pen.globalAlpha = 1
  }

  #drawPeople(pen, time) {
    for (const seat of this.#seats) {
      if (seat.place === PLAYING) continue
      const x = xOf(seat)
      const y = yOf(seat) + Math.sin(time * 1.1 + seat.place * 2) * 0.15
      const hue = hueOf(seat.user)
      pen.fillStyle = `hsl(${hue} 34% 30%)`
      pen.beginPath()
      pen.roundRect(x - 5, y + 3.4, 10, 12, 4)
      pen.fill()
      pen.fillStyle = `hsl(${(hue + 40) % 360} 24% 17%)`
      pen.beginPath()
      pen.ellipse(x, y, 3.5, 4, 0, 0, 7)
      pen.fill()
      // the lamp's light on the right of each head
      pen.strokeStyle = '#ffcf8f99'
      pen.lineWidth = 0.4
      pen.beginPath()
      pen.ellipse(x, y, 3.4, 3.9, 0, -1.25, 0.75)
      pen.stroke()
    }
  }

  #drawNames(pen) {
    pen.textAlign = 'center'
    pen.font = '600 2.5px system-ui, "Noto Sans CJK SC", sans-serif'
    const now = Date.now()
    for (const seat of this.#seats) {
      if (seat.until < now) continue
      const name = [...(seat.nick || seat.user)].slice(0, 14).join('')
      const wide = pen.measureText(name).width + 3
      const [x, y] = [xOf(seat), yOf(seat) - 8.6]
      pen.globalAlpha = Math.min(1, (seat.until - now) / 400)
      pen.fillStyle = '#140d19e6'
      pen.beginPath()
      pen.roundRect(x - wide / 2, y - 1.2, wide, 4.1, 2)
      pen.fill()
      pen.fillStyle = `hsl(${hueOf(seat.user)} 70% 82%)`
      pen.fillText(name, x, y + 1.7)
    }
    pen.globalAlpha = 1
    pen.textAlign = 'start'
  }

  #drawHearts(pen) {
    for (const { age, x, sway, size, hue } of this.#hearts) {
      if (age < 0) continue
      pen.globalAlpha = Math.min(1, (1 - age) * 2) * 0.95
      pen.fillStyle = `hsl(${hue} 85% 66%)`
      heart(pen, x + Math.sin(age * 7 + sway) * 2.2, 88 - age * 58, size * (0.5 + Math.min(age * 4, 0.5)))
    }
    pen.globalAlpha = 1
  }
}

function xOf(seat) {
  return seat.place === PLAYING ? PIANIST.x : 34 + seat.place * 9.2
}

function yOf(seat) {
  return (seat.place === PLAYING ? PIANIST.y : 86.5) - Math.sin(seat.hop * Math.PI) * 2
}

function heart(pen, x, y, size) {
  pen.beginPath()
  pen.moveTo(x, y + size)
  pen.bezierCurveTo(x - size * 1.8, y - size * 0.3, x - size * 0.9, y - size * 1.5, x, y - size * 0.5)
  pen.bezierCurveTo(x + size * 0.9, y - size * 1.5, x + size * 1.8, y - size * 0.3, x, y + size)
  pen.fill()
}
