// What stands still in the picture: a room at night, a window, a lamp, a piano. Drawn once, in units in which the room is
// 160 wide and 100 high.

export const LAMP = { x: 129, y: 36 }
export const PIANO = { x: 92, y: 40 }
/** What is seen through the window. */
export const PANE = { x: 31, y: 12, wide: 30, high: 36 }
/** The clock's face, for its digits. */
export const CLOCK = { x: 74.4, y: 16.2, wide: 15.2, high: 6.6 }
const FLOOR = 72

/** Wall and night: what is behind everything that moves. */
export function paintBack(pen) {
  wall(pen)
  night(pen)
}

/** What stands in front of the window. */
export function paintFront(pen) {
  curtains(pen)
  floor(pen)
  picture(pen)
  clock(pen)
  shelf(pen)
  piano(pen)
  player(pen)
  cat(pen)
  lamp(pen)
}

function wall(pen) {
  pen.fillStyle = gradient(pen, 0, 0, 0, FLOOR, ['#241730', '#3a2238'])
  pen.fillRect(-80, -60, 320, FLOOR + 60)
  pen.fillStyle = '#ffffff05'
  for (let x = -78; x < 240; x += 6) pen.fillRect(x, -60, 2.2, FLOOR + 60)
  pen.fillStyle = '#1c1022'
  pen.fillRect(-80, FLOOR - 2.5, 320, 2.5)
}

function floor(pen) {
  pen.fillStyle = gradient(pen, 0, FLOOR, 0, 112, ['#4a2b2e', '#190f18'])
  pen.fillRect(-80, FLOOR, 320, 60)
  pen.fillStyle = '#6d3340'
  ellipse(pen, 88, 79, 47, 6)
  pen.strokeStyle = '#d99a6c66'
  pen.lineWidth = 0.5
  pen.beginPath()
  pen.ellipse(88, 79, 43.5, 5, 0, 0, 7)
  pen.stroke()
}

function night(pen) {
  pen.fillStyle = '#150d1b'
  box(pen, 29.5, 10.5, 33, 39)
  pen.save()
  pen.beginPath()
  pen.rect(31, 12, 30, 36)
  pen.clip()
  pen.fillStyle = gradient(pen, 0, 12, 0, 48, ['#131c3d', '#33406f', '#6a5a86'])
  pen.fillRect(31, 12, 30, 36)
  pen.fillStyle = '#f7ecd0'
  pen.beginPath()
  pen.arc(53, 19.5, 2.8, 0.5, 5)
  pen.quadraticCurveTo(52, 20, 55.46, 20.84)
  pen.fill()
  skyline(pen)
  pen.restore()
  pen.fillStyle = '#150d1b'
  pen.fillRect(45.5, 12, 1, 36)
  pen.fillRect(31, 29, 30, 0.9)
  pen.fillStyle = '#2b1a26'
  box(pen, 28, 49, 36, 1.8)
}

function curtains(pen) {
  curtain(pen, 24, 1)
  curtain(pen, 68, -1)
  pen.fillStyle = '#120a15'
  box(pen, 22, 7.2, 48, 1)
}

function skyline(pen) {
  const towers = [
    [31, 39, 4],
    [35, 36, 3],
    [38.5, 41, 4],
    [43, 34.5, 3.5],
    [47, 40, 5],
    [52.5, 37, 3],
    [56, 41.5, 5.5],
  ]
  for (const [x, y, wide] of towers) {
    pen.fillStyle = '#1a1d3a'
    pen.fillRect(x, y, wide, 12)
    pen.fillStyle = '#f6c87a'
    for (let row = y + 1; row < 47; row += 1.7) {
      for (let column = x + 0.6; column < x + wide - 0.6; column += 1.1) {
        if (Math.sin(row * 12.9 + column * 78.2) > 0.55) pen.fillRect(column, row, 0.45, 0.65)
      }
    }
  }
}

function curtain(pen, x, side) {
  for (let fold = 0; fold < 4; fold += 1) {
    const left = x + side * fold * 2.1
    pen.fillStyle = fold % 2 ? '#7b3145' : '#642638'
    pen.beginPath()
    pen.moveTo(left, 8)
    pen.lineTo(left + side * 2.3, 8)
    pen.quadraticCurveTo(left + side * 1.4, 34, left + side * (1.5 - fold * 0.5), 58)
    pen.lineTo(left - side * (0.8 + fold * 0.5), 58)
    pen.quadraticCurveTo(left - side * 0.4, 34, left, 8)
    pen.fill()
  }
}

function picture(pen) {
  pen.fillStyle = '#170e1b'
  box(pen, 97.5, 13.5, 13, 16)
  pen.fillStyle = '#e9d8b4'
  pen.fillRect(98.7, 14.7, 10.6, 13.6)
  pen.fillStyle = '#c8553d'
  ellipse(pen, 104, 19.5, 2.6, 2.6)
  pen.fillStyle = '#3d5a80'
  pen.beginPath()
  pen.moveTo(98.7, 28.3)
  pen.lineTo(102.5, 22.5)
  pen.lineTo(105, 25.5)
  pen.lineTo(107, 23.5)
  pen.lineTo(109.3, 28.3)
  pen.fill()
}

function piano(pen) {
  const black = gradient(pen, 70, 40, 116, 60, ['#0c070f', '#1d121f'])
  pen.fillStyle = '#00000055'
  ellipse(pen, 90, 77.5, 26, 2.6)
  pen.fillStyle = black
  // lid, open towards the room
  pen.beginPath()
  pen.moveTo(78, 54.5)
  pen.lineTo(83.5, 34.5)
  pen.bezierCurveTo(93, 33, 99, 40.5, 105, 44)
  pen.bezierCurveTo(111, 47.5, 114, 51, 114, 54.5)
  pen.fill()
  pen.strokeStyle = '#f5c98466'
  pen.lineWidth = 0.45
  pen.beginPath()
  pen.moveTo(83.5, 34.5)
  pen.bezierCurveTo(93, 33, 99, 40.5, 105, 44)
  pen.bezierCurveTo(111, 47.5, 114, 51, 114, 54.5)
  pen.stroke()
  // the strings' gold between lid and case
  pen.fillStyle = gradient(pen, 82, 0, 110, 0, ['#8a5a2c', '#e0a458'])
  pen.beginPath()
  pen.moveTo(82, 54.5)
  pen.lineTo(85.5, 51.3)
  pen.quadraticCurveTo(101, 50.5, 110, 54.5)
  pen.fill()
  pen.fillStyle = black
  // music stand, case, keyboard
  pen.beginPath()
  pen.moveTo(73.5, 54.5)
  pen.lineTo(75.8, 47.5)
  pen.lineTo(77.2, 47.5)
  pen.lineTo(77, 54.5)
  pen.fill()
  pen.fillStyle = '#efe6d2'
  pen.beginPath()
  pen.moveTo(73.8, 53.5)
  pen.lineTo(75.5, 48)
  pen.lineTo(75.9, 48)
  pen.lineTo(74.5, 53.5)
  pen.fill()
  pen.fillStyle = black
  box(pen, 71, 54.3, 44.5, 6.2)
  pen.beginPath()
  pen.roundRect(71, 54.3, 44.5, 6.2, [0.5, 3, 3, 0.5])
  pen.fill()
  box(pen, 67, 58.3, 6, 2.2)
  pen.fillStyle = '#f6efe0'
  pen.fillRect(67.3, 57.6, 4.2, 0.75)
  pen.fillStyle = '#f5c98440'
  pen.fillRect(71.5, 54.3, 42.5, 0.4)
  // legs and pedals
  pen.fillStyle = '#0c070f'
  for (const x of [72.5, 104]) {
    pen.beginPath()
    pen.moveTo(x, 60)
    pen.lineTo(x + 3, 60)
    pen.lineTo(x + 2.1, 76)
    pen.lineTo(x + 0.9, 76)
    pen.fill()
    ellipse(pen, x + 1.5, 76.5, 1, 0.7)
  }
  pen.fillRect(80.5, 60, 0.7, 14.5)
  pen.fillRect(82.3, 60, 0.7, 14.5)
  box(pen, 78.8, 74, 5.5, 1)
}

/** The pianist without arms and head: those move. */
function player(pen) {
  pen.fillStyle = '#120a14'
  // stool
  box(pen, 54, 64.5, 10, 1.6)
  pen.fillRect(55.3, 66, 0.9, 11)
  pen.fillRect(61.8, 66, 0.9, 11)
  // legs
  pen.strokeStyle = '#191225'
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  pen.lineWidth = 3.4
  line(pen, [[59.5, 63.5], [68.5, 64.5], [69.5, 73.5]])
  pen.lineWidth = 2
  line(pen, [[69.5, 75.3], [72, 75.6]])
  // body
  pen.fillStyle = gradient(pen, 55, 0, 66, 0, ['#2a3a5c', '#3f5583'])
  pen.beginPath()
  pen.moveTo(56.5, 65)
  pen.bezierCurveTo(54.8, 57, 57, 49.5, 61, 47.5)
  pen.bezierCurveTo(65, 47, 66, 51, 64.8, 55)
  pen.bezierCurveTo(64, 59, 63.8, 62, 64, 65)
  pen.fill()
}

/** On the window sill, its back to us. The tail moves. */
function cat(pen) {
  pen.fillStyle = '#1a0f18'
  pen.beginPath()
  pen.moveTo(33.2, 49.2)
  pen.bezierCurveTo(32.4, 45.5, 34.2, 42.6, 35.6, 41.6)
  pen.lineTo(34.9, 37.6)
  pen.lineTo(36.6, 39)
  pen.quadraticCurveTo(37.6, 38.7, 38.6, 39)
  pen.lineTo(40.2, 37.6)
  pen.lineTo(39.7, 41.6)
  pen.bezierCurveTo(41.2, 42.6, 42.8, 45.5, 42, 49.2)
  pen.fill()
  // the lamp's light on its right
  pen.strokeStyle = '#ffcf8f55'
  pen.lineWidth = 0.35
  pen.beginPath()
  pen.moveTo(39.8, 41.6)
  pen.bezierCurveTo(41.2, 42.6, 42.8, 45.5, 42, 49)
  pen.stroke()
}

/** A clock on the wall, without its digits. */
function clock(pen) {
  const { x, y, wide, high } = CLOCK
  pen.fillStyle = '#00000040'
  pen.beginPath()
  pen.roundRect(x - 0.9, y - 0.5, wide + 2.2, high + 2.4, 1.6)
  pen.fill()
  pen.fillStyle = '#150d1b'
  pen.beginPath()
  pen.roundRect(x - 1.1, y - 1.1, wide + 2.2, high + 2.2, 1.5)
  pen.fill()
  pen.fillStyle = '#0a0610'
  pen.beginPath()
  pen.roundRect(x, y, wide, high, 0.8)
  pen.fill()
}

/** Books and a plant over the lamp's corner. */
function shelf(pen) {
  pen.fillStyle = '#150d1b'
  box(pen, 115, 22, 27, 1)
  const backs = [
    [116, 6, 1.6, '#7b3145'], [117.8, 7, 1.3, '#c9a05c'], [119.3, 6.4, 1.9, '#33466b'], [121.4, 7.4, 1.2, '#5c7d6a'],
    [122.8, 6.2, 1.7, '#8a5a4c'], [124.7, 7.1, 1.4, '#463256'], [126.3, 6.6, 1.8, '#9c4a3c'], [128.3, 7.2, 1.2, '#2f5560'],
  ]
  for (const [x, high, wide, colour] of backs) {
    pen.fillStyle = colour
    box(pen, x, 22 - high, wide, high)
    pen.fillStyle = '#ffffff22'
    box(pen, x + wide * 0.3, 22 - high + 1, wide * 0.4, 0.4)
  }
  pen.strokeStyle = '#3f6b4f'
  pen.lineCap = 'round'
  pen.lineWidth = 0.9
  for (const [dx, dy] of [[-3.6, -3.4], [-2, -5.6], [0.2, -6.4], [2.4, -5.2], [3.8, -2.8]]) {
    pen.beginPath()
    pen.moveTo(136, 19.4)
    pen.quadraticCurveTo(136 + dx * 0.3, 19.4 + dy, 136 + dx, 19 + dy)
    pen.stroke()
  }
  pen.fillStyle = '#b0653f'
  pen.beginPath()
  pen.moveTo(134, 19)
  pen.lineTo(138, 19)
  pen.lineTo(137.4, 22)
  pen.lineTo(134.6, 22)
  pen.fill()
}

function lamp(pen) {
  const { x, y } = LAMP
  pen.fillStyle = '#0f0912'
  pen.fillRect(x - 0.4, y, 0.8, 41)
  ellipse(pen, x, 77, 5, 1.3)
  pen.fillStyle = gradient(pen, 0, y - 10, 0, y, ['#b9743f', '#eeb47c'])
  pen.beginPath()
  pen.moveTo(x - 4.5, y - 10)
  pen.lineTo(x + 4.5, y - 10)
  pen.lineTo(x + 8, y)
  pen.lineTo(x - 8, y)
  pen.fill()
}

export function gradient(pen, x0, y0, x1, y1, colours) {
  const made = pen.createLinearGradient(x0, y0, x1, y1)
  colours.forEach((colour, index) => made.addColorStop(index / (colours.length - 1), colour))
  return made
}

function box(pen, x, y, wide, high) {
  pen.fillRect(x, y, wide, high)
}

export function line(pen, points) {
  pen.beginPath()
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)))
  pen.stroke()
}

export function ellipse(pen, x, y, wide, high) {
  pen.beginPath()
  pen.ellipse(x, y, wide, high, 0, 0, 7)
  pen.fill()
}
