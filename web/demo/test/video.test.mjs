import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Video } from '../server/video.mjs'
import { LOOP_S, notes } from '../video/score.mjs'
import { play, wav } from '../video/piano.mjs'

/** One keyframe of this many bytes: a loop of one picture. */
function flv(bytes) {
  const picture = Buffer.alloc(11 + bytes + 4)
  picture[0] = 9
  picture.writeUIntBE(bytes, 1, 3)
  picture[11] = 0x17
  picture[12] = 1
  return Buffer.concat([Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]), picture])
}

async function onAir(context, { bytes = 100, loopMs = 1_000, now } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'plaudit-video-'))
  await writeFile(join(folder, 'live.flv'), flv(bytes))
  await writeFile(join(folder, 'segment-00.ts'), 'segment')
  await writeFile(join(folder, 'video.json'), JSON.stringify({ loopMs, segmentMs: loopMs }))
  const video = await Video.open(folder, now && { now })
  const server = createServer(async (request, response) => {
    if (!(await video.answer(request.url.slice(1), response, {}))) response.writeHead(404).end()
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${server.address().port}`
  context.after(async () => {
    video.end()
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await rm(folder, { recursive: true })
  })
  return { video, url }
}

const until = async (condition) => {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 1_000, 'it did not come to that')
    await new Promise((done) => setTimeout(done, 10))
  }
}

test('playlist and segments are answered, other names are not', async (context) => {
  const { url } = await onAir(context)
  const playlist = await (await fetch(`${url}/live.m3u8`)).text()
  const [segment] = /^\d+\.ts$/m.exec(playlist)
  assert.equal(await (await fetch(`${url}/${segment}`)).text(), 'segment')
  for (const name of ['99999999999.ts', '1.ts', 'segment-00.ts', 'x.flv', '..%2Fvideo.json']) {
    assert.equal((await fetch(`${url}/${name}`)).status, 404, name)
  }
})

test('a stream begins with its header, goes on at its own pace, and ends with the server', async (context) => {
  let time = 5_000_000
  const { video, url } = await onAir(context, { now: () => time })
  const response = await fetch(`${url}/live.flv`)
  assert.equal(response.headers.get('content-type'), 'video/x-flv')
  const reader = response.body.getReader()
  let bytes = (await reader.read()).value.length
  assert.equal(bytes, 13, 'nothing was filmed before the stream began')
  time += 2_500
  while (bytes < 13 + 3 * 115) bytes += (await reader.read()).value.length
  assert.equal(bytes, 13 + 3 * 115)
  assert.equal(video.viewers, 1)
  video.end()
  await assert.rejects(async () => { while (!(await reader.read()).done); })
  assert.equal(video.viewers, 0)
})

test('who does not read is dropped, and the others go on', async (context) => {
  const { video, url } = await onAir(context, { bytes: 400_000, loopMs: 1 })
  // A response that nobody reads: its socket fills up.
  const lame = get(`${url}/live.flv`, (response) => response.pause())
  lame.on('error', () => {})
  await until(() => video.viewers === 1)
  await until(() => video.viewers === 0)
})

test('after a leap of the clock viewers begin anew', async (context) => {
  let time = 5_000_000
  const { video, url } = await onAir(context, { now: () => time })
  const reader = (await fetch(`${url}/live.flv`)).body.getReader()
  await until(() => video.viewers === 1)
  // The machine slept for an hour: nobody wants an hour of video at once.
  time += 3_600_000
  await assert.rejects(async () => { while (!(await reader.read()).done); })
  const again = (await fetch(`${url}/live.flv`)).body.getReader()
  assert.ok((await again.read()).value.length < 1_000)
})

test('the notes fill the loop, and its sound has no seam', () => {
  const all = notes()
  assert.equal(all.filter(({ hand }) => hand === 'left').length, 40)
  assert.ok(all.every(({ at }) => at >= 0 && at < LOOP_S))
  const rate = 8_000
  const [left] = play(all, { seconds: LOOP_S, rate })
  const steps = left.map((value, index) => Math.abs(value - left[(index + left.length - 1) % left.length]))
  assert.ok(steps[0] < 0.02, 'the end leads into the beginning')
  assert.ok(left.every((value) => Math.abs(value) <= 0.71))
  const file = wav([left, left], { rate, times: 2 })
  assert.equal(file.length, 44 + left.length * 8)
  assert.equal(file.readUInt32LE(40), left.length * 8)
})
