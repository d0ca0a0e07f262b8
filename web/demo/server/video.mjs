// The demo's broadcast: one loop, told as a live HLS playlist and as HTTP-FLV. What is on air depends on the clock alone:
// at second s of the day everybody sees second s mod 24 of the loop, a little later.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EndlessFlv, readFlv } from './flv.mjs'
import { playlistAt, segmentAt } from './hls.mjs'

const TICK_MS = 40
const LEAP_MS = 10_000
/** A viewer for whom so much waits (about twenty seconds) does not keep up: he may come again. */
const WAITING_BYTES_MAX = 2 * 1024 * 1024

export class Video {
  /** `{ loopMs, segmentMs }` */
  shape
  #folder
  #now
  #stream
  #viewers = new Set()
  #timer
  #epoch
  #told = 0

  /** From a folder that video/make.mjs has made. */
  static async open(folder, { now = Date.now } = {}) {
    const video = new Video()
    video.#folder = folder
    video.#now = now
    video.shape = JSON.parse(await readFile(join(folder, 'video.json'), 'utf8'))
    video.#stream = new EndlessFlv(readFlv(await readFile(join(folder, 'live.flv'))), video.shape.loopMs)
    // Timestamps count from the last beginning of the loop, so that they are small.
    video.#epoch = Math.floor(now() / video.shape.loopMs) * video.shape.loopMs
    return video
  }

  /** How many follow the FLV stream. */
  get viewers() {
    return this.#viewers.size
  }

  /** Answers for `live.m3u8`, `N.ts`, `live.flv`; false for anything else. */
  async answer(name, response, headers) {
    const now = this.#now()
    if (name === 'live.m3u8') {
      response.writeHead(200, { ...headers, 'content-type': 'application/vnd.apple.mpegurl' })
      response.end(playlistAt(now, this.shape))
      return true
    }
    const place = /^\d{1,12}\.ts$/.test(name) ? segmentAt(Number.parseInt(name, 10), now, this.shape) : -1
    if (place >= 0) {
      const file = join(this.#folder, `segment-${String(place).padStart(2, '0')}.ts`)
      const bytes = await readFile(file)
      response.writeHead(200, { ...headers, 'content-type': 'video/mp2t', 'content-length': bytes.length })
      response.end(bytes)
      return true
    }
    if (name !== 'live.flv') return false
    response.writeHead(200, { ...headers, 'content-type': 'video/x-flv' })
    this.#follow(response)
    return true
  }

  end() {
    this.#dismiss()
  }

  #dismiss() {
    clearInterval(this.#timer)
    for (const viewer of this.#viewers) viewer.destroy()
    this.#viewers.clear()
  }

  #follow(viewer) {
    if (this.#viewers.size === 0) {
      this.#told = this.#at()
      this.#timer = setInterval(() => this.#tick(), TICK_MS)
    }
    viewer.write(this.#stream.openingAt(this.#told))
    this.#viewers.add(viewer)
    viewer.once('close', () => {
      this.#viewers.delete(viewer)
      if (this.#viewers.size === 0) clearInterval(this.#timer)
    })
  }

  #tick() {
    const until = this.#at()
    // The clock was set, or the machine slept: the stream begins anew with its viewers.
    if (Math.abs(until - this.#told) > LEAP_MS) return this.#dismiss()
    if (until <= this.#told) return
    const news = this.#stream.between(this.#told, until)
    this.#told = until
    if (news.length === 0) return
    for (const viewer of this.#viewers) {
      if (viewer.writableLength > WAITING_BYTES_MAX) viewer.destroy()
      else viewer.write(news)
    }
  }

  #at() {
    return Math.max(0, this.#now() - this.#epoch)
  }
}
