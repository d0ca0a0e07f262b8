// A walk through a live room by keys alone, with what Orca says at each step, as a table. To listen to, not a test: what a screen reader says is its
// own, and differs by version. Only inside session.sh, after `npm run build` in web/; needs PLAUDIT_BIN as the browser tests do.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { Rest } from '../lib/rest.mjs'
import { APP, Plaudit } from '../lib/server.mjs'
import { Site } from '../lib/site.mjs'
import { Streams } from '../lib/streams.mjs'
import { sign } from '../lib/usersig.mjs'
import { heard, press, type } from './listen.mjs'

const ROOM = 'living-room'
/** Browsers need a moment until the keyboard stands where a key has sent it. */
const KEY_MS = 300
const TABS_MAX = 40
const VIEW_MS_MAX = 60_000
const FLOOD = 40

/** `host` or `viewer`: only that walk. */
const [who] = process.argv.slice(2)
const server = await Plaudit.start({ words: 'verboten\n' })
const [site, streams, rest] = [await Site.start(), await Streams.start(), new Rest(server)]
const profile = await mkdtemp(path.join(tmpdir(), 'plaudit-walk-'))
// A window without a bar for addresses, so that Tab stays in the page; without `muted` a machine without sound plays nothing.
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.PLAUDIT_CHROMIUM ?? '/usr/bin/chromium',
  headless: false,
  viewport: null,
  args: [
    '--no-sandbox', // it may run as root
    '--test-type',
    '--disable-gpu',
    '--force-renderer-accessibility',
    '--window-position=0,0',
    '--window-size=1300,850',
    `--app=${site.url}/live-room`,
  ],
})
const [page] = browser.pages()

try {
  await rest.createRoom(ROOM, { name: 'Living room', owner: 'lin' })
  for (const [user, nick] of [['lin', 'Lin'], ['bob', 'Bob'], ['ada', 'Ada']]) await rest.importAccount(user, { nick })
  await rest.modifyRoom(ROOM, { Notification: 'Requests are open, one each' })
  console.log(`Chromium ${browser.browser()?.version() ?? ''}\n\n| step | heard |\n|---|---|`)
  if (who !== 'viewer') await hostsWalk()
  if (who !== 'host') await viewersWalk()
} finally {
  await browser.close()
  await Promise.all([server.dispose(), site.dispose(), streams.dispose(), rm(profile, { recursive: true, force: true })])
}

async function hostsWalk() {
  await enter('lin', 'Lin')
  await step('come in')
  for (let stop = 0; stop < 19; stop += 1) await step(`Tab ${stop + 1}`, () => press('Tab'))
  await step('Bob says something', () => say('good evening'))
  await step('he mentions the reader', () => say('hey @Lin'))
  await step('the host’s pinned notice changes', () => rest.modifyRoom(ROOM, { Notification: 'Break, back at nine' }))
  await step('Bob gives two roses', () => give('rose', 2))
  await step(`${FLOOD} messages in a few seconds`, () => flood())
  await step('15 s later', () => pause(14_000))
  await to(/^log /)
  for (let line = 1; line <= 3; line += 1) await step(`↓ in the list, ${line}`, () => press('Down'))
  await go('Down', /^button More about Bob/)
  await step('Enter on More about Bob', () => press('Return'))
  await go('Down', / Mute$/)
  await step('Enter on Mute', () => press('Return'))
  await step('↓', () => press('Down'))
  await step('Enter on 10 min', () => press('Return'))
  await step('Ctrl+Z', () => press('ctrl+z'))
  await at(/button Share/, 'Share: Enter')
  await at(/button More$/, 'More: Enter')
  await step('Tab', () => press('Tab'))
  await step('Enter on Copy link', () => press('Return'))
  await at(/watching/, 'audience: Enter')
  await step('Tab', () => press('Tab'))
  await step('Escape', () => press('Escape'))
  await at(/Bullet comments$/, 'bullets off: Enter')
  await step('Bob speaks', () => say('no bullet of this'))
  await at(/Bullet comment settings/, 'bullet settings: Enter')
  await step('Escape', () => press('Escape'))
  await at(/Send a gift/, 'gifts: Enter')
  await step('Escape', () => press('Escape'))
  await at(/Host tools/, 'host tools: Enter')
  await to(/switch/)
  await step('Mute everybody: Space', () => press('space'))
  await step('Space', () => press('space'))
  await to(/Back to chat/)
  await step('Back to chat: Enter', () => press('Return'))
}

async function viewersWalk() {
  await enter('ada', 'Ada')
  await heard()
  await to(/^textarea/)
  await write('hello all')
  await step('Enter: it is sent', () => press('Return'))
  await write('this is verboten')
  await step('Enter: a forbidden word', () => press('Return'))
  await say('I am here')
  await heard()
  await write('hi @Bo')
  await step('a name is chosen: Enter', () => press('Return'))
  await step('Enter', () => press('Return'))
  await step('the host mutes her while she writes', () => mute(600))
  await step('and takes it back', () => mute(0))
  await step('the server stops', async () => (await server.end(), await until(view => view.link.state !== 'connected')))
  await step('and is back', async () => (await server.again(), await until(view => view.link.state === 'connected')))
  await step('she is logged out', async () => (await rest.kick('ada'), await until(view => view.kicked)))
  await step('Tab', () => press('Tab'))
}

/** One line of the table. */
async function step(name, act = () => {}) {
  await act()
  const said = (await heard()).map(text => text.replaceAll(/[\u2066-\u2069]/g, '').replaceAll('|', '\\|'))
  console.log(`| ${name} | ${said.map(text => `“${text}”`).join(' ') || '—'} |`)
}

function say(text) {
  return rest.sendText(ROOM, text, { from: 'bob' })
}

function give(gift, count) {
  const body = [{ MsgType: 'TIMCustomElem', MsgContent: { Data: JSON.stringify({ type: 'gift', gift, count }), Desc: '', Ext: '' } }]
  return rest.sendBody(ROOM, body, { from: 'bob' })
}

async function flood() {
  for (let index = 0; index < FLOOD; index += 1) await say(`line ${index}`)
}

function mute(seconds) {
  return rest.call('group_open_http_svc/forbid_send_msg', { GroupId: ROOM, Members_Account: ['ada'], MuteTime: seconds })
}

async function write(text) {
  type(text)
  await heard()
}

/** What the keyboard stands on, through all shadow trees: its role or tag, and its name. */
function focused() {
  return page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    return at ? `${at.getAttribute('role') ?? at.localName} ${at.getAttribute('aria-label') ?? at.textContent.trim()}` : ''
  })
}

/** Presses a key until the keyboard stands there. */
async function go(key, wanted) {
  for (let left = TABS_MAX; left > 0 && !wanted.test(await focused()); left -= 1) {
    press(key)
    await pause(KEY_MS)
  }
  if (!wanted.test(await focused())) throw new Error(`${key} never came to ${wanted}`)
  await heard()
}
function to(wanted) {
  return go('Tab', wanted)
}

async function at(wanted, name) {
  await to(wanted)
  await step(name, () => press('Return'))
}

async function enter(user, nick) {
  await page.goto(`${site.url}/live-room`)
  await page.evaluate(
    attributes => {
      document.title = 'Live'
      document.documentElement.lang = 'en'
      const room = document.createElement('live-room')
      for (const [name, value] of Object.entries(attributes)) room.setAttribute(name, value)
      document.body.append(room)
    },
    { 'app-id': APP.id, 'room-id': ROOM, server: server.wsUrl, 'user-id': user, 'user-sig': sign(user), nick, src: streams.hls, muted: '' },
  )
  await until(view => view.phase === 'in')
}

/** Waits until the room's view is as told. */
async function until(isSo) {
  const view = () => page.evaluate(() => structuredClone(document.querySelector('live-room').room?.view))
  for (const end = Date.now() + VIEW_MS_MAX; ; await pause(KEY_MS)) {
    const now = await view()
    if (now && isSo(now)) return
    if (Date.now() > end) throw new Error(`the room never came to ${isSo}`)
  }
}
