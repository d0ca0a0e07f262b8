// Makes the demo's video, once: drawn, played, encoded.
//
//   node demo/video/make.mjs --into target/demo-video
//
// prints `frame 25 of 600` as it goes and `ready FOLDER` at the end. The folder is named after what it is made from, so
// that it is made again only when that changes. In it: segment-00.ts ... (HLS), live.flv (HTTP-FLV), video.json.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { play, wav } from './piano.mjs'
import { LOOP_S, notes } from './score.mjs'

export const SEGMENT_S = 2
/** 1024 samples of an AAC frame at this rate go into the loop a whole number of times: 1125. */
const RATE = 48_000

async function main() {
  const { values } = parseArgs({ options: { into: { type: 'string', default: 'target/demo-video' } } })
  const folder = join(resolve(values.into), await hashOfSources())
  if (!existsSync(join(folder, 'video.json'))) await make(folder)
  console.log(`ready ${folder}`)
}

/** In a folder beside it that gets its name when everything is there: a make that was broken off leaves no half of one. */
async function make(folder) {
  const rough = `${folder}.${process.pid}`
  await mkdir(rough, { recursive: true })
  try {
    await sound(rough)
    await pictures(rough)
    await together(rough)
    for (const name of ['sound.m4a', 'sound.wav', 'picture.mp4', 'list.m3u8']) await rm(join(rough, name))
    await writeFile(join(rough, 'video.json'), JSON.stringify({ loopMs: LOOP_S * 1000, segmentMs: SEGMENT_S * 1000 }))
    await rm(folder, { recursive: true, force: true })
    await rename(rough, folder)
  } catch (error) {
    await rm(rough, { recursive: true, force: true })
    throw error
  }
}

/** Three times over: an encoder's frames reach into each other, so the loop is cut out of the middle. */
async function sound(folder) {
  const file = join(folder, 'sound.wav')
  await writeFile(file, wav(play(notes(), { seconds: LOOP_S, rate: RATE }), { rate: RATE, times: 3 }))
  await ffmpeg(['-i', file, '-c:a', 'aac', '-b:a', '128k', join(folder, 'sound.m4a')])
}

async function pictures(folder) {
  const { FPS, HEIGHT, WIDTH, camera } = await import('./picture.mjs')
  const { pixels } = camera()
  const count = LOOP_S * FPS
  const keyframes = String(SEGMENT_S * FPS)
  const encoder = start([
    ...['-f', 'rawvideo', '-pix_fmt', 'rgba', '-video_size', `${WIDTH}x${HEIGHT}`, '-framerate', String(FPS), '-i', '-'],
    ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv', '-pix_fmt', 'yuv420p'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    // No B-frames: pictures come in the order in which they are shown, so a loop may begin at every keyframe.
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-bf', '0', '-g', keyframes, '-keyint_min', keyframes],
    ...['-sc_threshold', '0', '-crf', '21', '-maxrate', '2300k', '-bufsize', '2300k', join(folder, 'picture.mp4')],
  ])
  for (let frame = 0; frame < count; frame += 1) {
    if (!encoder.child.stdin.write(pixels(frame / FPS))) {
      await Promise.race([once(encoder.child.stdin, 'drain'), encoder.done])
    }
    if ((frame + 1) % FPS === 0) console.log(`frame ${frame + 1} of ${count}`)
  }
  encoder.child.stdin.end()
  await encoder.done
}

async function together(folder) {
  const from = join(folder, 'picture.mp4')
  const both = ['-i', from, '-ss', String(LOOP_S), '-t', String(LOOP_S), '-i', join(folder, 'sound.m4a')]
  const copied = [...both, '-map', '0:v', '-map', '1:a', '-c', 'copy']
  await ffmpeg([...copied, '-flvflags', 'no_duration_filesize', '-f', 'flv', join(folder, 'live.flv')])
  const hls = ['-f', 'hls', '-hls_time', String(SEGMENT_S), '-hls_list_size', '0', '-hls_flags', 'independent_segments']
  await ffmpeg([...copied, ...hls, '-hls_segment_filename', join(folder, 'segment-%02d.ts'), join(folder, 'list.m3u8')])
}

const ffmpeg = (words) => {
  const { child, done } = start(words)
  child.stdin.end()
  return done
}

function start(words) {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...words], { stdio: ['pipe', 'ignore', 'pipe'] })
  let trouble = ''
  child.stderr.on('data', (text) => (trouble += text))
  // It tells by its end what went wrong; a broken pipe says nothing more.
  child.stdin.on('error', () => {})
  const done = new Promise((good, bad) => {
    child.once('error', (error) => bad(new Error(`ffmpeg cannot be started: ${error.message}`)))
    child.once('close', (code) => (code === 0 ? good() : bad(new Error(`ffmpeg ended with ${code}: ${trouble.trim()}`))))
  })
  done.catch(() => {})
  return { child, done }
}

async function hashOfSources() {
  const here = new URL('./', import.meta.url)
  const hash = createHash('sha256').update(createRequire(import.meta.url)('@napi-rs/canvas/package.json').version)
  for (const name of (await readdir(here)).filter((file) => file.endsWith('.mjs')).sort()) {
    hash.update(name).update(await readFile(new URL(name, here)))
  }
  return hash.digest('hex').slice(0, 16)
}

main().catch((error) => {
  console.error(`The video cannot be made: ${error.message}`)
  process.exit(1)
})
