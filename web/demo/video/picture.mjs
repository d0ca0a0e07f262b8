// One frame after the other: what stands still is drawn once, in layers, and what moves goes between them.

import { createCanvas } from '@napi-rs/canvas'
import { paintLife, paintOutside, paintVignette } from './life.mjs'
import { paintBack, paintFront } from './room.mjs'

export const WIDTH = 1280
export const HEIGHT = 720
export const FPS = 25

/** What the camera sees of the room. */
const SCALE = 9.6
const LEFT = 15.5
const TOP = 5.6

/** A function that draws the frame at a time and gives its pixels (RGBA). */
export function camera() {
  const back = layer(paintBack)
  const front = layer(paintFront)
  const shade = layer((pen) => paintVignette(pen, LEFT, TOP, WIDTH / SCALE, HEIGHT / SCALE))
  const canvas = createCanvas(WIDTH, HEIGHT)
  const pen = canvas.getContext('2d')
  const draw = (time) => {
    lay(pen, back)
    place(pen)
    paintOutside(pen, time)
    lay(pen, front)
    place(pen)
    paintLife(pen, time)
    lay(pen, shade)
    return canvas
  }
  return { draw, pixels: (time) => draw(time).data() }
}

function layer(paint) {
  const canvas = createCanvas(WIDTH, HEIGHT)
  const pen = canvas.getContext('2d')
  place(pen)
  paint(pen)
  return canvas
}

function lay(pen, picture) {
  pen.setTransform(1, 0, 0, 1, 0, 0)
  pen.drawImage(picture, 0, 0)
}

function place(pen) {
  pen.setTransform(SCALE, 0, 0, SCALE, -LEFT * SCALE, -TOP * SCALE)
}
