// A broadcast for tests: a few seconds of test picture and tone, made by ffmpeg once per process and sent for ever, as a
// live HLS playlist, as FLV over HTTP at its own pace, and as a file. The wire can be cut, or hold everything back.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const FPS = 25
const SEGMENT_S = 1
const SEGMENTS = 6
const LOOP_MS = SEGMENT_S * SEGMENTS * 1000
/** So many segments stand in the playlist. */
const WINDOW = 5
const FLV_TICK_MS = 20
/** Viewers of FLV get so much at once, to begin with. */
const FLV_AHEAD_MS = 1000

const TYPES = { m3u8: 'application/vnd.apple.mpegurl', ts: 'video/mp2t', flv: 'video/x-flv', mp4: 'video/mp4' }

export class Streams {
  #media
  #server
  #sockets = new Set()
  #started = Date.now()
  #state = 'well'
  /** Paths that answer 404. */
  dead = new Set()
  /** What was asked for, in order. */
  asked = []

  static async start() {
    const streams = new Streams()
    streams.#media = await Media.make()
    streams.#server = http.createServer((request, response) => streams.#serve(request, response))
    streams.#server.on('connection', socket => {
      streams.#sockets.add(socket)
      socket.on('close', () => streams.#sockets.delete(socket))
      if (streams.#state === 'cut') socket.destroy()
    })
    await new Promise(resolve => streams.#server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${streams.#server.address().port}`
    /** A playlist of two qualities; the same broadcast in one; HTTP-FLV; a file of a few seconds. */
    Object.assign(streams, { url, master: `${url}/master.m3u8`, hls: `${url}/live.m3u8`, flv: `${url}/live.flv`, file: `${url}/clip.mp4` })
    return streams
  }

  /** How many connections stand. */
  get open() {
    return this.#sockets.size
  }

  /** Every connection ends, and new ones are refused at once. */
  cut() {
    this.#state = 'cut'
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Connections stay, and nothing comes over them. */
  hold() {
    this.#state = 'held'
  }

  mend() {
    this.#state = 'well'
  }

  async dispose() {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
    await this.#media.dispose()
  }

  #serve(request, response) {
    const { pathname } = new URL(request.url, this.url)
    this.asked.push(pathname)
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('cache-control', 'no-store')
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-headers', '*')
      return response.end()
    }
    if (this.#state === 'held') return
    if (this.dead.has(pathname)) return this.#send(response, 404, 'txt', 'dead')
    const segment = /^\/(\d+)\.ts$/.exec(pathname)
    if (segment) return this.#send(response, 200, 'ts', this.#media.segments[segment[1] % SEGMENTS])
    if (pathname === '/master.m3u8') return this.#send(response, 200, 'm3u8', MASTER)
    if (pathname === '/live.m3u8') return this.#send(response, 200, 'm3u8', playlistAt(Date.now() - this.#started))
    if (pathname === '/clip.mp4') return this.#sendFile(request, response)
    if (pathname === '/live.flv') return this.#sendFlv(response)
    this.#send(response, 404, 'txt', 'not here')
  }

  #send(response, status, type, body) {
    response.writeHead(status, { 'content-type': TYPES[type] ?? 'text/plain' })
    response.end(body)
  }

  #sendFile({ headers: { range } }, response) {
    const { clip } = this.#media
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
    if (from === undefined) return this.#send(response, 200, 'mp4', clip)
    const end = to ? Number(to) : clip.length - 1
    response.setHeader('content-range', `bytes ${from}-${end}/${clip.length}`)
    this.#send(response, 206, 'mp4', clip.subarray(Number(from), end + 1))
  }

  /** Each viewer's broadcast begins with the picture's beginning, and goes on over the loop's end. */
  #sendFlv(response) {
    const { header, tags } = this.#media.flv
    response.writeHead(200, { 'content-type': TYPES.flv })
    response.write(header)
    const started = Date.now()
    let [next, loop] = [0, 0]
    const timer = setInterval(() => {
      if (this.#state === 'held') return
      const due = Date.now() - started + FLV_AHEAD_MS
      for (;;) {
        const tag = tags[next]
        if (tag.at + loop * LOOP_MS > due) return
        // What says how to decode is said once.
        if (loop === 0 || !tag.isHeader) response.write(stamped(tag.bytes, tag.at + loop * LOOP_MS))
        next = (next + 1) % tags.length
        if (next === 0) loop += 1
      }
    }, FLV_TICK_MS)
    response.on('close', () => clearInterval(timer))
  }
}

const MASTER = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=400000,RESOLUTION=320x180,CODECS="avc1.42c00d,mp4a.40.2"
live.m3u8?low
#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.42c00d,mp4a.40.2"
live.m3u8?high
`

/** The live playlist, so long after the broadcast has begun. It begins with a full window. */
export function playlistAt(ms) {
  const last = Math.floor(ms / (SEGMENT_S * 1000)) + WINDOW
  const first = last - WINDOW
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${SEGMENT_S}`, `#EXT-X-MEDIA-SEQUENCE:${first}`]
  // Loops that have left the playlist altogether.
  lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${Math.max(0, Math.ceil(first / SEGMENTS) - 1)}`)
  for (let index = first; index < last; index += 1) {
    if (index > 0 && index % SEGMENTS === 0) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(`#EXTINF:${SEGMENT_S}.000,`, `${index}.ts`)
  }
  return `${lines.join('\n')}\n`
}

class Media {
  static async make() {
    const media = new Media()
    media.folder = await mkdtemp(path.join(os.tmpdir(), 'plaudit-streams-'))
    const within = name => path.join(media.folder, name)
    const seconds = String(SEGMENT_S * SEGMENTS)
    const make = (...args) => run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args])
    await make(
      ...['-f', 'lavfi', '-i', `testsrc=size=320x180:rate=${FPS}`, '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=44100', '-t', seconds],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-g', String(FPS * SEGMENT_S), '-bf', '0', '-threads', '1'],
      ...['-c:a', 'aac', '-b:a', '48k', '-ac', '2', '-movflags', '+faststart', within('clip.mp4')],
    )
    await make('-i', within('clip.mp4'), '-c', 'copy', within('clip.flv'))
    await make('-i', within('clip.mp4'), '-c', 'copy', '-f', 'hls', '-hls_time', String(SEGMENT_S), '-hls_list_size', '0', '-hls_segment_filename', within('%d.ts'), within('vod.m3u8'))
    const found = (await readdir(media.folder)).filter(name => name.endsWith('.ts'))
    if (found.length !== SEGMENTS) throw new Error(`ffmpeg made ${found.length} segments, not ${SEGMENTS}`)
    media.segments = await Promise.all(found.map((_, index) => readFile(within(`${index}.ts`))))
    media.clip = await readFile(within('clip.mp4'))
    media.flv = readFlv(await readFile(within('clip.flv')))
    return media
  }

  dispose() {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** Header and tags (with the four bytes behind each); `isHeader`: how to decode, and what the file says of itself. */
export function readFlv(bytes) {
  const start = bytes.readUInt32BE(5) + 4
  const tags = []
  for (let at = start; at < bytes.length; ) {
    const size = 11 + bytes.readUIntBE(at + 1, 3) + 4
    const type = bytes[at]
    const time = bytes.readUIntBE(at + 4, 3) + bytes[at + 7] * 2 ** 24
    tags.push({ at: time, isHeader: type === 18 || bytes[at + 12] === 0, bytes: bytes.subarray(at, at + size) })
    at += size
  }
  return { header: bytes.subarray(0, start), tags }
}

function stamped(tag, at) {
  const copy = Buffer.from(tag)
  copy.writeUIntBE(at % 2 ** 24, 4, 3)
  copy[7] = Math.floor(at / 2 ** 24) & 0xff
  return copy
}
