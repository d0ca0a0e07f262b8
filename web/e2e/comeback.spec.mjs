// Lost connections and restarted servers: pages come back by themselves, without joining again, and have missed nothing
// (decisions 7 to 10, wire page 2.2).
//
// Members who are pushed to have no request under way. If their first try to reconnect is refused, both SDKs try again
// only when they next send a log report: after up to 60 s. The server shortens that for every client by the cloud
// configuration `evt_rpt_waiting` (ms) in the answer to fetch_config; without it these tests run into their limit.
import { expect, test } from './lib/fixtures.mjs'
import { Rest } from './lib/rest.mjs'

const COMEBACK_MS = 45_000
const OFFLINE_NOISE = [/WebSocket|ERR_CONNECTION|net::ERR|network|2801|2800|2805|report|timeout/i]

/** Sends "#1", "#2", ... until told to stop and remembers which ones the server acknowledged. */
class Ticker {
  acknowledged = []
  /** Their numbers in the room. */
  sequences = new Map()
  refused = 0
  #next = 1
  #paused = false
  #stopped = false

  constructor(rest, room, { everyMs = 250 } = {}) {
    this.done = this.#run(rest, room, everyMs)
  }

  async #run(rest, room, everyMs) {
    while (!this.#stopped) {
      if (!this.#paused) {
        const text = `#${this.#next++}`
        this.sending = rest.sendText(room, text).then(
          ({ MsgSeq }) => {
            this.acknowledged.push(text)
            this.sequences.set(text, MsgSeq)
          },
          () => this.refused++,
        )
        await this.sending
      }
      await new Promise(resolve => setTimeout(resolve, everyMs)) // the pace of the talk, not a wait for a condition
    }
  }

  /** Pauses and gives the last acknowledged number once nothing is under way. */
  async pause() {
    this.#paused = true
    await this.sending
    return this.acknowledged.at(-1)
  }

  resume() {
    this.#paused = false
  }

  async stop() {
    this.#stopped = true
    await this.done
  }
}

const numbered = texts => texts.filter(text => text.startsWith('#'))

/**
 * Each acknowledged message once and in order. One that was cut off before its answer may be there or not. Ours says so
 * where the server cannot vouch for what happened in between: then messages are missing from that hole only.
 */
function expectNothingLost(client, room, acknowledged, sequences = new Map()) {
  const seen = numbered(client.texts(room))
  const numbers = seen.map(text => Number(text.slice(1)))
  expect(numbers, `${client.label}: in order and none twice`).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  const lost = acknowledged.filter(text => !seen.includes(text) && !isInGap(client, sequences.get(text)))
  expect(lost, `${client.label}: acknowledged but not seen`).toEqual([])
}

/** Whether the page was told that it misses that number, which only ours can say. */
const isInGap = (client, sequence) => client.seen('GAP_DETECTED').some(({ data: { from, to } }) => from <= sequence && sequence <= to)

/** Waits for a text of the ticker, or for the plain word that it is missing. */
const seenOrMissed = (client, room, ticker, text) =>
  client.until(
    () => client.texts(room).includes(text) || isInGap(client, ticker.sequences.get(text)),
    `text "${text}", nor a gap around it`,
    COMEBACK_MS,
  )

/** Two members and a guest in a room of a server of their own. */
async function peopledServer({ startServer, wireTo, open, name, set }) {
  const server = await startServer({ set })
  const wire = await wireTo(server)
  const rest = new Rest(server)
  const room = name('room')
  await rest.createRoom(room)
  const proxyServer = wire.wsUrl
  const alice = await open({ server, proxyServer, user: name('alice') })
  const bob = await open({ server, proxyServer, user: name('bob') })
  const guest = await open({ server, proxyServer })
  for (const client of [alice, bob, guest]) {
    client.tolerate(...OFFLINE_NOISE)
    await client.join(room)
  }
  await alice.call('updateMyProfile', { nick: 'Alice' })
  return { server, wire, rest, room, alice, bob, guest, everybody: [alice, bob, guest] }
}

/** All are back and none of them had to join or log in: they talk in every direction. */
async function expectTalkGoesOn({ room, alice, bob, guest }) {
  const marks = new Map([alice, bob, guest].map(client => [client, client.mark()]))
  await alice.sendText(room, 'alice talks on')
  await bob.sendText(room, 'bob talks on')
  await bob.waitForText(room, 'alice talks on')
  await alice.waitForText(room, 'bob talks on')
  await guest.waitForText(room, 'bob talks on')
  expect(guest.texts(room, { from: marks.get(guest) }).filter(text => !text.startsWith('#'))).toEqual(['alice talks on', 'bob talks on'])
  for (const client of [alice, bob]) {
    expect(client.seen('KICKED_OUT')).toEqual([])
    expect(client.seen('SDK_NOT_READY')).toEqual([])
  }
}

for (const [mode, set] of [
  ['push', {}],
  ['poll', { 'websdk.delivery': 'poll' }],
]) {
  for (const [how, signal] of [
    ['a restart by SIGTERM', 'SIGTERM'],
    ['a crash (SIGKILL)', 'SIGKILL'],
  ]) {
    if (mode === 'poll' && signal === 'SIGKILL') continue // one restart is enough to see that polling members return

    test(`${how} under members and a guest${mode === 'poll' ? ' (members poll)' : ''}: they come back by themselves and have missed nothing`, async ({ startServer, wireTo, open, name }) => {
      test.setTimeout(120_000)
      const scene = await peopledServer({ startServer, wireTo, open, name, set })
      const { server, rest, room, everybody, alice, bob } = scene
      const ticker = new Ticker(rest, room)
      await expect.poll(() => ticker.acknowledged.length).toBeGreaterThanOrEqual(4)

      // A crash may take what was acknowledged in its last moments (numbers go on in a new epoch): let it be seen first.
      const last = await ticker.pause()
      for (const client of everybody) await client.waitForText(room, last)

      const ended = await server.end(signal)
      expect(ended).toEqual(signal === 'SIGTERM' ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' })
      ticker.resume()
      await expect.poll(() => ticker.refused, 'the server is away').toBeGreaterThanOrEqual(2)
      await server.again()

      // What is said while the pages are still finding their way back.
      const before = ticker.acknowledged.length
      await expect.poll(() => ticker.acknowledged.length).toBeGreaterThan(before)
      const meanwhile = ticker.acknowledged[before]
      for (const client of everybody) await seenOrMissed(client, room, ticker, meanwhile)

      await expectTalkGoesOn(scene)
      await ticker.stop()
      const end = ticker.acknowledged.at(-1)
      for (const client of everybody) await seenOrMissed(client, room, ticker, end)
      for (const client of everybody) expectNothingLost(client, room, ticker.acknowledged, ticker.sequences)
      await expect.poll(async () => (await rest.call('group_open_http_svc/get_online_member_num', { GroupId: room })).OnlineMemberNum).toBe(3)
      // Nick and membership came back with the session.
      expect(await bob.waitForText(room, 'alice talks on')).toMatchObject({ nick: 'Alice', from: alice.user })
    })
  }
}

test('messages sent during a restart by SIGTERM reach everybody if they were acknowledged', async ({ startServer, wireTo, open, name }) => {
  test.setTimeout(120_000)
  const scene = await peopledServer({ startServer, wireTo, open, name })
  const { server, rest, room, everybody } = scene
  const ticker = new Ticker(rest, room, { everyMs: 60 })
  await expect.poll(() => ticker.acknowledged.length).toBeGreaterThanOrEqual(5)
  // The talk goes on through the whole drain.
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null })
  await ticker.pause()
  await server.again()
  await rest.sendText(room, '#100000')
  for (const client of everybody) await client.waitForText(room, '#100000', { timeout: COMEBACK_MS })
  await ticker.stop()
  for (const client of everybody) expectNothingLost(client, room, ticker.acknowledged, ticker.sequences)
})

test('a cut connection: messages of the time between are seen once and in order', async ({ startServer, wireTo, open, name }) => {
  test.setTimeout(90_000)
  const scene = await peopledServer({ startServer, wireTo, open, name })
  const { wire, rest, room, everybody } = scene
  await rest.sendText(room, '#1')
  for (const client of everybody) await client.waitForText(room, '#1')

  wire.drop() // new connections are accepted at once
  const acknowledged = ['#1']
  for (let i = 2; i <= 6; i++) {
    await rest.sendText(room, `#${i}`)
    acknowledged.push(`#${i}`)
  }
  for (const client of everybody) await client.waitForText(room, '#6', { timeout: COMEBACK_MS })
  await expectTalkGoesOn(scene)
  for (const client of everybody) expectNothingLost(client, room, acknowledged)
})

test('a connection that is away for a while: messages of the time between are seen once and in order', async ({ startServer, wireTo, open, name }) => {
  test.setTimeout(120_000)
  const scene = await peopledServer({ startServer, wireTo, open, name })
  const { wire, rest, room, alice, everybody } = scene
  await rest.sendText(room, '#1')
  for (const client of everybody) await client.waitForText(room, '#1')

  await wire.cut() // refused from now on
  const acknowledged = ['#1']
  for (let i = 2; i <= 8; i++) {
    await rest.sendText(room, `#${i}`)
    acknowledged.push(`#${i}`)
  }
  await alice.waitFor('NET_STATE_CHANGE', { where: ({ state }) => state !== 'connected', timeout: COMEBACK_MS })
  await wire.mend()
  for (const client of everybody) await client.waitForText(room, '#8', { timeout: COMEBACK_MS })
  await expectTalkGoesOn(scene)
  for (const client of everybody) expectNothingLost(client, room, acknowledged)
})

test('a session that was kicked while its page was away does not come back', async ({ startServer, wireTo, open, name }) => {
  test.setTimeout(90_000)
  const server = await startServer()
  const wire = await wireTo(server)
  const rest = new Rest(server)
  const user = name('alice')
  const alice = await open({ server, proxyServer: wire.wsUrl, user })
  alice.tolerate(...OFFLINE_NOISE, /kick|login|70001/i)
  await wire.cut()
  await rest.kick(user)
  await wire.mend()
  // The SDK comes back with its login key, which the server knows no more (decision 28).
  expect(await alice.waitFor('KICKED_OUT', { timeout: COMEBACK_MS })).toEqual({ type: 'userSigExpired' })
})
