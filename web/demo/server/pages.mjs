// What the browser asks the demo's server for.

import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { face } from './avatars.mjs'
import { sign } from './tickets.mjs'

const require = createRequire(import.meta.url)
const PAGE = new URL('../page/', import.meta.url)

/** Ours, as it was built, and the official SDKs, straight from where npm put them. */
const SDK = {
  ours: { global: 'Plaudit', ...installed('@plaudit/chat', 'dist/plaudit-chat.umd.cjs') },
  v2: { global: 'TIM', ...installed('tim-js-sdk', 'tim-js.js') },
  v3: { global: 'TencentCloudChat', ...installed('@tencentcloud/chat', 'index.js') },
}

const KINDS = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
}

/** A handler for node's http server. */
export function answerWith({ wish, origin, room, talkers }) {
  const headers = safety(wish.plaudit, origin)
  return async (request, response) => {
    const send = (status, kind, body) =>
      response.writeHead(status, { ...headers, 'content-type': KINDS[kind] }).end(body)
    try {
      // A page elsewhere that points its own name at this machine must not get tickets (DNS rebinding).
      if (!isLoopback(request.headers.host)) return send(421, 'txt', 'This demo is for this machine only.\n')
      const { pathname, searchParams } = new URL(request.url, origin)
      const [, folder, name] = pathname.split('/')

      if (pathname === '/status') return send(200, 'txt', talkers.status())
      if (pathname === '/config.json') return send(200, 'json', JSON.stringify(config(wish, room)))
      if (pathname === '/ticket') {
        const user = searchParams.get('user') ?? ''
        if (!mayBeSigned(user, talkers)) return send(400, 'txt', 'No ticket for that name.\n')
        return send(200, 'json', JSON.stringify({ user, ticket: sign(wish, user) }))
      }
      if (folder === 'sdk') {
        const sdk = SDK[name?.replace(/\.js$/, '')]
        if (sdk) return send(200, 'js', await readFile(sdk.file))
      }
      if (folder === 'avatar' && name) return send(200, 'svg', face(decodeURIComponent(name.replace(/\.svg$/, ''))))

      const file = pathname === '/' ? 'index.html' : pathname.slice(1)
      if (/^[a-z]+\.(html|js|css|svg)$/.test(file)) {
        return send(200, file.split('.').pop(), await readFile(new URL(file, PAGE)))
      }
      send(404, 'txt', 'Not here.\n')
    } catch (error) {
      send(error.code === 'ENOENT' ? 404 : 500, 'txt', `${error.message}\n`)
    }
  }
}

function installed(name, file) {
  const manifest = require.resolve(`${name}/package.json`)
  return { name, version: require(manifest).version, file: join(dirname(manifest), file) }
}

function config(wish, room) {
  const sdk = Object.fromEntries(
    Object.entries(SDK).map(([key, { global, name, version }]) => [key, { global, name, version }]),
  )
  return { sdkAppID: wish.app, proxyServer: wish.plaudit.replace(/^http/, 'ws'), room, sdk }
}

/** The page signs its own visitors only; the administrator and the scripted people are not among them. */
function mayBeSigned(user, talkers) {
  return /^you-[a-z0-9]{4,24}$/.test(user) && !talkers.people.some((person) => person.id === user)
}

function isLoopback(host = '') {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)
}

/** The page loads nothing from anywhere else, and talks to Plaudit only. The official SDKs keep their socket in a blob worker. */
function safety(plaudit, origin) {
  const port = new URL(origin).port
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' http://127.0.0.1:${port} http://localhost:${port}`,
      `connect-src 'self' ${plaudit} ${plaudit.replace(/^http/, 'ws')}`,
      'worker-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  }
}
