// The page of tweblive-page/ on the original or on the facade: the same file, other script tags.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test as base, expect } from '../page/fixtures.mjs'
import { Client } from './page.mjs'
import { APP } from './server.mjs'
import { sign } from './usersig.mjs'

const require = createRequire(new URL('../../live-room/package.json', import.meta.url))
const inPackage = (name, file) => path.join(path.dirname(require.resolve(`${name}/package.json`)), file)

/** The original fetches its engines from a host of the vendor's. Ours stand in, which have the same calls. */
async function lendEngines(page) {
  const script = (pattern, ...bodies) => page.route(pattern, async route => route.fulfill({ contentType: 'text/javascript', body: (await Promise.all(bodies)).join('\n') }))
  await script(/pingjs\.qq\.com/, '')
  await script(/\/flv\.min[^/]*$/, readFile(inPackage('mpegts.js', 'dist/mpegts.js'), 'utf8'), 'window.flvjs = window.mpegts')
  await script(/\/hls\.min[^/]*$/, readFile(inPackage('hls.js', 'dist/hls.min.js'), 'utf8'))
}

export class LivePage {
  #read = 0

  /** `on` is v2 or v3 (the original over that SDK) or ours: the facade. */
  static async open(openPage, { on, room, server, label = on, more = {} }) {
    const live = new LivePage()
    const query = new URLSearchParams({ on, app: APP.id, room, proxyServer: server.wsUrl, ...more })
    live.client = await openPage(`/tweblive-page?${query}`, label)
    live.page = live.client.page
    live.on = on
    if (on !== 'ours') {
      await lendEngines(live.page)
      // What the original refuses it also throws where nobody catches it; its player leaves promises of play() to themselves.
      live.client.tolerate(/\/sdk\/(v2|v3|tweblive)\.js/, /AbortError: The play\(\) request/)
    }
    return live
  }

  /** A button of the page's own: players have such, too. */
  press(name) {
    return this.page.locator(':is(form, p) > button').filter({ hasText: new RegExp(`^${name}$`) }).click()
  }

  /** Calls as a page makes them, with `im` and `player` of its own: a function that runs there. */
  run(what, argument) {
    return this.page.evaluate(what, argument)
  }

  async login(user) {
    await this.page.locator('#login [name=user]').fill(user)
    await this.page.locator('#login [name=ticket]').fill(sign(user))
    await this.press('Log in')
  }

  async say(text) {
    await this.page.locator('#say [name=text]').fill(text)
    await this.press('Send')
  }

  async watch({ flv = '', hls = '' }) {
    await this.page.locator('[name=flv]').fill(flv)
    await this.page.locator('[name=hls]').fill(hls)
    await this.press('Play')
  }

  journal() {
    return this.page.locator('#journal li').allTextContents()
  }

  /** The lines since the last call, without order: what comes from two sides comes in any. */
  async news() {
    const lines = await this.journal()
    const news = lines.slice(this.#read).sort()
    this.#read = lines.length
    return news
  }

  /** Waits until there is a line among the news. */
  async shows(line) {
    await expect.poll(async () => (await this.journal()).slice(this.#read), `${this.client.label} shows "${line}"`).toContain(line)
  }
}

export { expect }

export const test = base.extend({
  /** The page on the facade: `await facade({ room?, label? })`. */
  facade: async ({ openPage, server, name }, use) => use((more = {}) => LivePage.open(openPage, { on: 'ours', room: name('room'), server, ...more })),

  /** The page in a browser with other habits: what it may play by itself, which cameras it has. */
  openIn: async ({ playwright, launchOptions, site, server, name }, use) => {
    const browsers = []
    const clients = []
    await use(async (flags, more) => {
      const browser = await playwright.chromium.launch({ ...launchOptions, args: [...(launchOptions.args ?? []), ...flags] })
      browsers.push(browser)
      const openPage = async (path, label) => {
        clients.push(await Client.open(browser, { site, path, label }))
        return clients.at(-1)
      }
      return LivePage.open(openPage, { on: 'ours', room: name('room'), server, more })
    })
    const complaints = clients.flatMap(client => client.complaints())
    for (const browser of browsers) await browser.close()
    expect(complaints).toEqual([])
  },
})
