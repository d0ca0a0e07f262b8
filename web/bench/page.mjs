// What a busy room costs a page: one `<live-room>` in Chromium, a room that talks as fast as asked, and the browser's own
// figures. `cargo xtask bench page-200` runs it; by hand, with a server that listens on loopback:
//
//   PLAUDIT_APP=1400000001:KEY node bench/page.mjs room --server http://127.0.0.1:8080 --rate 200 --seconds 300 --json
//
// The same page first stands in a silent room for `--idle-seconds`: that is the floor of this machine.
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import TLSSigAPIv2 from 'tls-sig-api-v2'
import { Crowd } from './crowd.mjs'

const SCRIPT = fileURLToPath(new URL('../live-room/dist/plaudit-live-room.umd.cjs', import.meta.url))
const PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,"><style>html,body{margin:0;height:100%}</style><script src="/live-room.js"></script><body>'
/** The heap may grow by this much of itself and by this much at all, between its first and its last third, and still be called flat. */
const HEAP_GROWTH_MAX = { share: 0.1, mb: 2 }

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string' },
    'admin-url': { type: 'string' },
    pid: { type: 'string' },
    json: { type: 'boolean' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '300' },
    'idle-seconds': { type: 'string', default: '20' },
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    chromium: { type: 'string', default: process.env.PLAUDIT_CHROMIUM ?? '/usr/bin/chromium' },
  },
})
const [app, key] = process.env.PLAUDIT_APP.split(':')
const signer = new TLSSigAPIv2.Api(Number(app), key)
const seconds = Number(values.seconds)

const crowd = new Crowd({ server: values.server, app: Number(app), sign: user => signer.genSig(user, 86_400) })
const room = await crowd.openRoom()
const site = createServer((request, response) => {
  if (request.url === '/live-room.js') return createReadStream(SCRIPT).pipe(response.setHeader('content-type', 'text/javascript'))
  response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE)
})
await new Promise(done => site.listen(0, '127.0.0.1', done))
const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--enable-precise-memory-info', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
})
try {
  const page = await browser.newPage({ viewport: { width: Number(values.width), height: Number(values.height) } })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  await page.goto(`http://127.0.0.1:${site.address().port}/`)
  await enter(page)
  await page.evaluate(watch)

  const idle = await period(page, devtools, Number(values['idle-seconds']), () => {})
  say(`silent: p95 of frames ${idle.frame_p95_ms} ms`)
  const talk = crowd.talk(room, Number(values.rate))
  const heaps = []
  const busy = await period(page, devtools, seconds, async second => {
    if (second % 10 !== 0) return
    heaps.push(await heapMb(devtools))
    say(`${second} s of ${seconds}: ${crowd.sent} sent, heap ${heaps.at(-1)} MB`)
  })
  await talk.end()
  const shown = await page.evaluate(() => window.bench.received)
  const third = Math.max(1, Math.floor(heaps.length / 3))
  const [first, last] = [median(heaps.slice(0, third)), median(heaps.slice(-third))]
  const flat = last - first <= Math.max(HEAP_GROWTH_MAX.mb, HEAP_GROWTH_MAX.share * first)
  const figures = {
    renderer: await renderer(page),
    chromium: browser.version(),
    seconds,
    sent: crowd.sent,
    'sent per s': round(crowd.sent / seconds),
    'admitted of sent': crowd.admitted,
    'heard by the page': shown,
    'floor: frames per s': round(idle.frames / idle.seconds),
    'floor: frame p95 ms': idle.frame_p95_ms,
    'floor: main thread ms per s': idle.task_ms_per_s,
    'frames per s': round(busy.frames / busy.seconds),
    'frame p50 ms': busy.frame_p50_ms,
    'frame p95 ms': busy.frame_p95_ms,
    'frame p99 ms': busy.frame_p99_ms,
    'flushes per s': round(busy.flushes / busy.seconds),
    'main thread ms per flush': round(((busy.task_ms_per_s - idle.task_ms_per_s) * busy.seconds) / busy.flushes),
    'main thread ms per s': busy.task_ms_per_s,
    'of which script ms per s': busy.script_ms_per_s,
    'of which style ms per s': busy.style_ms_per_s,
    'of which layout ms per s': busy.layout_ms_per_s,
    'tasks over 50 ms': busy.long_tasks,
    'rows in the page': await page.evaluate(() => window.bench.rows()),
    'heap MB, first third': first,
    'heap MB, last third': last,
    'heap is flat': flat ? 'yes' : 'no',
  }
  if (values.json) console.log(JSON.stringify(figures))
  else console.table(figures)
  process.exitCode = flat && shown > 0 ? 0 : 1
} finally {
  await browser.close()
  crowd.close()
  site.closeAllConnections()
  site.close()
}

async function enter(page) {
  await page.evaluate(attributes => {
    const element = document.createElement('live-room')
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    document.body.append(element)
  }, { 'app-id': app, 'room-id': room, server: values.server.replace(/^http/, 'ws') })
  await page.waitForFunction(() => document.querySelector('live-room').room?.view.phase === 'in')
}

/** Runs in the page: counts frames, flushes of the list, and long tasks. */
function watch() {
  const live = document.querySelector('live-room')
  const rows = live.shadowRoot.querySelector('live-chat').shadowRoot.querySelector('[role=log]')
  const bench = { frames: [], flushes: 0, longTasks: 0, received: 0, rows: () => rows.querySelectorAll('article, [role=article]').length }
  window.bench = bench
  let before = performance.now()
  const frame = now => {
    bench.frames.push(now - before)
    before = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  new MutationObserver(() => (bench.flushes += 1)).observe(rows, { childList: true, subtree: true })
  new PerformanceObserver(list => (bench.longTasks += list.getEntries().length)).observe({ entryTypes: ['longtask'] })
  live.room.on('messages', messages => (bench.received += messages.length))
}

async function period(page, devtools, seconds, each) {
  await page.evaluate(() => Object.assign(window.bench, { frames: [], flushes: 0, longTasks: 0 }))
  const before = await metrics(devtools)
  const began = performance.now()
  for (let second = 1; second <= seconds; second += 1) {
    await new Promise(done => setTimeout(done, began + second * 1000 - performance.now()))
    await each(second)
  }
  const took = (performance.now() - began) / 1000
  const after = await metrics(devtools)
  const { frames, flushes, longTasks } = await page.evaluate(() => ({ ...window.bench, rows: undefined }))
  const perSecond = name => round(((after[name] - before[name]) * 1000) / took)
  const sorted = frames.slice(1).sort((a, b) => a - b)
  const at = share => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))])
  return {
    seconds: took,
    frames: frames.length,
    flushes,
    long_tasks: longTasks,
    frame_p50_ms: at(0.5),
    frame_p95_ms: at(0.95),
    frame_p99_ms: at(0.99),
    task_ms_per_s: perSecond('TaskDuration'),
    script_ms_per_s: perSecond('ScriptDuration'),
    style_ms_per_s: perSecond('RecalcStyleDuration'),
    layout_ms_per_s: perSecond('LayoutDuration'),
  }
}

async function metrics(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

/** What is still in use after everything that can go has gone. */
async function heapMb(devtools) {
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return round(usedSize / 2 ** 20)
}

function renderer(page) {
  return page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl')
    const names = gl?.getExtension('WEBGL_debug_renderer_info')
    return names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : 'no WebGL: software'
  })
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function round(number) {
  return Math.round(number * 100) / 100
}

function say(text) {
  if (!values.json) console.log(text)
}
