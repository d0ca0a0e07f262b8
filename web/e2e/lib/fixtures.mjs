// What tests receive: a server and a page site per worker, and factories that clean up after the test.
import { randomBytes } from 'node:crypto'
import { test as base, expect } from '@playwright/test'
import { Client } from './page.mjs'
import { Wire } from './proxy.mjs'
import { Rest } from './rest.mjs'
import { Plaudit } from './server.mjs'
import { Site } from './site.mjs'
import { reasonToSkip } from './skips.mjs'

export { expect }

export const test = base.extend({
  /** The SDK under test, set by the project: v2, v3 or ours. */
  sdk: ['v2', { option: true, scope: 'worker' }],

  /** What does not concern the SDK under test is skipped, with its reason. */
  concern: [
    async ({ sdk }, use, testInfo) => {
      const reason = reasonToSkip(sdk, testInfo)
      testInfo.skip(reason !== undefined, reason)
      await use()
    },
    { auto: true },
  ],

  site: [
    async ({}, use) => {
      const site = await Site.start()
      await use(site)
      await site.dispose()
    },
    { scope: 'worker' },
  ],

  /** The server that tests of one worker share. Tests that stop or configure it take `startServer`. */
  server: [
    async ({}, use) => {
      const server = await Plaudit.start()
      await use(server)
      await server.dispose()
    },
    { scope: 'worker' },
  ],

  rest: async ({ server }, use) => use(new Rest(server)),

  /** A user or room name that no other test has: `name('alice')`. */
  name: async ({}, use) => use(word => `${word}-${randomBytes(5).toString('hex')}`),

  /** Servers of this test alone: `await startServer({ set: {...} })`. */
  startServer: async ({}, use, testInfo) => {
    const servers = []
    await use(async options => {
      const server = await Plaudit.start(options)
      servers.push(server)
      return server
    })
    for (const server of servers) {
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('server log', { body: server.log, contentType: 'text/plain' })
      await server.dispose()
    }
  },

  /** Wires that can be cut: `await wireTo(server)`. */
  wireTo: async ({}, use) => {
    const wires = []
    await use(async server => {
      const wire = await Wire.to(server.port)
      wires.push(wire)
      return wire
    })
    for (const wire of wires) await wire.dispose()
  },

  /** Pages of any path, without an instance yet. All are searched for complaints when the test has ended. */
  openPage: async ({ browser, site }, use, testInfo) => {
    const clients = []
    await use(async (path, label) => {
      const client = await Client.open(browser, { site, path, label })
      clients.push(client)
      return client
    })
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const client of clients) {
        const text = [client.summary(), ...client.pageErrors, ...client.consoleErrors].join('\n')
        await testInfo.attach(`page ${client.label}`, { body: text, contentType: 'text/plain' })
      }
    }
    const complaints = clients.flatMap(client => client.complaints())
    await Promise.all(clients.map(client => client.close()))
    expect(complaints, 'what pages must not do').toEqual([])
  },

  /**
   * A page with an instance of the SDK under test, logged in if a user is given:
   * `await open({ user, sdk?, server?, proxyServer?, appId?, options? })`.
   */
  open: async ({ openPage, sdk: tested, server: shared }, use) =>
    use(async ({ user, sdk = tested, server = shared, proxyServer = server.wsUrl, appId, options } = {}) => {
      const client = await openPage(`/${sdk}`, user ?? 'guest')
      await client.create({ proxyServer, appId, options })
      if (user) await client.login(user)
      return client
    }),
})
