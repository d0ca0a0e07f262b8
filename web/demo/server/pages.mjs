// What the browser asks the demo's server for.

import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { face } from './avatars.mjs'
import { HOST } from './people.mjs'
import { isLoopback, isOwn, safetyOf } from './safety.mjs'
import { sign } from './tickets.mjs'

const require = createRequire(import.meta.url)
const PAGE = new URL('../page/', import.meta.url)

/** Ours, as it was built, and the official SDKs, straight from where npm put them. */
const SDK = {
  ours: { global: 'Plaudit', ...installed('@plaudit/chat', 'dist/plaudit-chat.umd.cjs') },
  v2: { global: 'TIM', ...installed('tim-js-sdk', 'tim-js.js') },
  v3: { global: 'TencentCloudChat', ...installed('@tencentcloud/chat', 'index.js') },
}
/** The elements, as `npm run build` made them. */
const ELEMENTS = installed('@plaudit/live-room', 'dist/').file

/** Since when we are on air. */
const BEGUN = new Date().toISOString()

const KINDS = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  cjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
}

/** A handler for node's http server. `video` may be missing; `withoutVideo` says why. */
export function answerWith({ wish, origin, room, talkers, flood, video, withoutVideo }) {
  const safety = safetyOf(wish.plaudit, origin)
  return async (request, response) => {
    const send = (status, kind, body, page = 'outer') =>
      response.writeHead(status, { ...safety(page), 'content-type': KINDS[kind] }).end(body)
    try {
      if (!isLoopback(request.headers.host)) return send(421, 'txt', 'This demo is for this machine only.\n')
      const { pathname, searchParams } = new URL(request.url, origin)
      const [, folder, name = ''] = pathname.split('/')

      if (pathname === '/status') return send(200, 'txt', talkers.status())
      if (pathname === '/config.json') return send(200, 'json', JSON.stringify(config(wish, room, video, withoutVideo)))
      if (pathname === '/flood') return answerFlood(request, flood, send)
      if (pathname === '/ticket') {
        const user = searchParams.get('user') ?? ''
        if (!mayBeSigned(user)) return send(400, 'txt', 'No ticket for that name.\n')
        return send(200, 'json', JSON.stringify({ user, ticket: sign(wish, user) }))
      }
      if (pathname === '/viewer') return send(200, 'html', await roomPage('viewer.html', room, wish, video), 'room')
      if (pathname === '/host') return send(200, 'html', await roomPage('host.html', room, wish, video), 'room')
      if (folder === 'live' && video && (await video.answer(name, response, safety('outer')))) return
      const [, element] = /^\/live-room\/((?:[\w-]+\/)*[\w-][\w.-]*\.c?js)$/.exec(pathname) ?? []
      if (element) return send(200, 'js', await readFile(join(ELEMENTS, element)))
      if (folder === 'sdk') {
        const sdk = SDK[name.replace(/\.js$/, '')]
        if (sdk) return send(200, 'js', await readFile(sdk.file))
      }
      if (folder === 'avatar' && name) return send(200, 'svg', face(decodeURIComponent(name.replace(/\.svg$/, ''))))

      const file = pathname === '/' ? 'index.html' : pathname.slice(1)
      if (/^([a-z]+\/)?[a-z-]+\.(js|css|svg)$|^(index|sdk)\.html$/.test(file)) {
        const body = await readFile(new URL(file, PAGE))
        return send(200, file.split('.').pop(), body, file === 'sdk.html' ? 'official' : 'outer')
      }
      send(404, 'txt', 'Not here.\n')
    } catch (error) {
      if (response.headersSent) return response.destroy()
      send(['ENOENT', 'EISDIR'].includes(error.code) ? 404 : 500, 'txt', `${error.message}\n`)
    }
  }
}

/** Says how it stands; a POST begins one. */
function answerFlood(request, flood, send) {
  if (request.method !== 'POST') return send(200, 'json', JSON.stringify(flood.result))
  if (!isOwn(request)) return send(403, 'txt', 'Only from the page itself.\n')
  const begun = flood.begin()
  send(begun ? 202 : 409, 'json', JSON.stringify(flood.result))
}

/** A page with one element: what a backend fills in are its attributes. */
async function roomPage(file, room, wish, video) {
  const values = {
    app: wish.app,
    room: room.id,
    name: room.name,
    server: wish.plaudit.replace(/^http/, 'ws'),
    src: video ? '/live/live.flv' : '',
    lines: JSON.stringify(video ? [{ name: 'HLS', url: '/live/live.m3u8' }] : []),
    status: video ? 'live' : 'unknown',
    since: video ? BEGUN : '',
    host: HOST,
    ticket: sign(wish, HOST),
  }
  const text = await readFile(new URL(file, PAGE), 'utf8')
  // JSON stands in single quotes, so that it can be read.
  return text
    .replace(/'\{\{(\w+)\}\}'/g, (_, name) => `'${escaped(String(values[name]), /[&<>']/g)}'`)
    .replace(/\{\{(\w+)\}\}/g, (_, name) => escaped(String(values[name]), /[&<>"']/g))
}

const escaped = (text, signs) => text.replace(signs, (sign) => `&#${sign.charCodeAt(0)};`)

function installed(name, file) {
  const manifest = require.resolve(`${name}/package.json`)
  return { name, version: require(manifest).version, file: join(dirname(manifest), file) }
}

function config(wish, room, video, withoutVideo) {
  const sdk = Object.fromEntries(
    Object.entries(SDK).map(([key, { global, name, version }]) => [key, { global, name, version }]),
  )
  const proxyServer = wish.plaudit.replace(/^http/, 'ws')
  return { sdkAppID: wish.app, proxyServer, room, sdk, video: video?.shape ?? null, withoutVideo: withoutVideo ?? '' }
}

/** The page signs its own visitors only; the administrator and the scripted people are not among them. */
function mayBeSigned(user) {
  return /^you-[a-z0-9]{4,24}$/.test(user)
}
