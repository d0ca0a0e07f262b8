// The demo's own server: opens the room over REST, serves the pages, the video and the SDKs, lets a few people talk.
//
//   PLAUDIT_DEMO_SECRET=... node demo/serve.mjs --plaudit http://127.0.0.1:8080 [--admin http://127.0.0.1:8081]
//       [--app 1400000001] [--room living-room] [--port 0] [--video FOLDER | --without-video off|ffmpeg|failed]
//
// Prints `page http://127.0.0.1:PORT/` when everything stands. For loopback only: it signs a ticket for whoever asks.

import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { accountOf } from './server/account.mjs'
import { Audience } from './server/audience.mjs'
import { Flood } from './server/flood.mjs'
import { answerWith } from './server/pages.mjs'
import { HOST, MODERATOR, crowd, people } from './server/people.mjs'
import { RestDoor } from './server/rest.mjs'
import { openRoom } from './server/room.mjs'
import { Talkers } from './server/talkers.mjs'
import { sign } from './server/tickets.mjs'
import { Video } from './server/video.mjs'

const READY_WITHIN_MS = 60_000

async function main() {
  const wish = readWish()
  await readiness(wish.plaudit)

  const { server, origin, serveNow } = await listen(wish.port)
  const ticket = () => sign(wish, 'administrator')
  const door = new RestDoor({ url: wish.plaudit, app: wish.app, ticket })
  const [friends, fans] = [people(origin), crowd(origin)]
  const room = await openRoom(door, { id: wish.room, host: HOST, people: [...friends, ...fans] })

  const audience = new Audience({ wish, room: room.id, sign: (user) => sign(wish, user) })
  await audience.appoint(HOST, MODERATOR)
  const talkers = new Talkers({ door, room: room.id, people: friends, audience })
  const flood = new Flood({
    door,
    room: room.id,
    crowd: fans,
    watch: (ears) => audience.watch(MODERATOR, ears),
    account: wish.admin && accountOf({ admin: wish.admin, app: wish.app, room: room.id, ticket }),
  })
  const video = wish.video && (await Video.open(wish.video))
  serveNow(answerWith({ wish, origin, room, talkers, flood, video, withoutVideo: wish.withoutVideo }))
  console.log(`page ${origin}/`)

  talkers.begin()
  const entering = audience.enter(friends.map(({ id }) => id).filter((id) => id !== HOST))
  await signal()
  talkers.end()
  flood.end()
  video?.end()
  server.close()
  server.closeAllConnections()
  await audience.end()
  await entering
}

function readWish() {
  const { values } = parseArgs({
    options: {
      plaudit: { type: 'string' },
      admin: { type: 'string' },
      app: { type: 'string', default: '1400000001' },
      room: { type: 'string', default: 'living-room' },
      port: { type: 'string', default: '0' },
      video: { type: 'string' },
      'without-video': { type: 'string', default: 'off' },
    },
  })
  const secret = process.env.PLAUDIT_DEMO_SECRET
  if (!values.plaudit) throw new Error('say where Plaudit is: --plaudit http://127.0.0.1:8080')
  if (!secret)
    throw new Error("PLAUDIT_DEMO_SECRET is empty: it takes the app's key, as given to `plaudit serve --app`")
  return {
    plaudit: values.plaudit.replace(/\/$/, ''),
    admin: values.admin?.replace(/\/$/, ''),
    app: Number(values.app),
    room: values.room,
    port: Number(values.port),
    video: values.video,
    withoutVideo: values.video ? '' : values['without-video'],
    secret,
  }
}

/** Waits until Plaudit says that it serves. */
async function readiness(url) {
  const until = Date.now() + READY_WITHIN_MS
  for (;;) {
    const why = await fetch(`${url}/readyz`).then(
      (answer) => (answer.ok ? '' : `/readyz answered ${answer.status}`),
      (error) => error.cause?.message ?? error.message,
    )
    if (!why) return
    if (Date.now() > until) throw new Error(`Plaudit at ${url} is not ready: ${why}`)
    await new Promise((done) => setTimeout(done, 200))
  }
}

/** Binds first, so that the avatars' address is known before the room is made. */
async function listen(port) {
  let answer = (_request, response) => response.writeHead(503).end('The room is being made.\n')
  const server = createServer((request, response) => answer(request, response))
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done))
  return {
    server,
    origin: `http://127.0.0.1:${server.address().port}`,
    serveNow: (next) => (answer = next),
  }
}

function signal() {
  return new Promise((done) => ['SIGINT', 'SIGTERM'].forEach((name) => process.once(name, done)))
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(`The demo cannot be shown: ${error.message}`)
    process.exit(1)
  },
)
