// The demo's pages (web/demo), served by its own server: two frames, two people, one room.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { APP, expect, test as base } from './fixtures.mjs'

const WEB = fileURLToPath(new URL('../../', import.meta.url))

const test = base.extend({
  /** The demo with a server of its own: several tabs of the host, no limit of REST calls, as `cargo xtask demo` starts it. */
  demo: async ({ startServer }, use) => {
    const server = await startServer({
      set: { 'sessions.web_per_user_max': 8, 'rooms.history_on_join': 20, 'limits.rest_calls_per_s': 'send_group_msg=0' },
    })
    const words = ['demo/serve.mjs', '--plaudit', server.url, '--admin', server.adminUrl, '--app', String(APP.id)]
    const child = spawn(process.execPath, words, {
      cwd: WEB,
      env: { ...process.env, PLAUDIT_DEMO_SECRET: APP.key },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let url
    for await (const line of createInterface({ input: child.stdout })) {
      url = /^page (\S+)/.exec(line)?.[1]
      if (url) break
    }
    expect(url, 'the demo says where it is').toBeTruthy()
    await use({ url })
    child.kill('SIGTERM')
    const [code] = await ended
    expect(code, 'the demo ends in good order').toBe(0)
  },

  /** Opens a page of the demo; complaints of the console fail the test. */
  visit: async ({ browser, demo }, use) => {
    const complaints = []
    const contexts = []
    await use(async (path = '/', { size = { width: 1440, height: 900 }, locale = 'en' } = {}) => {
      const context = await browser.newContext({ viewport: size, locale })
      contexts.push(context)
      const page = await context.newPage()
      page.on('pageerror', error => complaints.push(error.message))
      page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
      await page.goto(new URL(path, demo.url).href)
      return page
    })
    await Promise.all(contexts.map(context => context.close()))
    expect(complaints, 'what pages must not do').toEqual([])
  },
})

const roomIn = frame => frame.locator('live-room')
const viewOf = frame => roomIn(frame).evaluate(element => element.room?.view)

/** In the room, and the talk is seen. */
async function framesIn(page) {
  const [viewer, host] = [page.frameLocator('#viewer'), page.frameLocator('#host')]
  await expect.poll(async () => (await viewOf(viewer))?.phase).toBe('in')
  await expect.poll(async () => (await viewOf(host))?.me).toMatchObject({ userId: 'lin', role: 'owner' })
  return { viewer, host }
}

test('host and viewer are in the room; the viewer logs in by the dialog, talks, and the host sees it', async ({ visit }) => {
  const page = await visit()
  const { viewer, host } = await framesIn(page)
  expect((await viewOf(viewer)).me.loggedIn).toBe(false)
  await expect(roomIn(viewer).getByText('Evening Lin.').first()).toBeVisible()

  await roomIn(viewer).getByRole('button', { name: 'Log in to chat' }).click()
  const dialog = viewer.getByRole('dialog', { name: 'Join the talk' })
  await dialog.getByLabel('Your name').fill('Ada <b>')
  const before = await dialog.locator('img').getAttribute('src')
  await dialog.getByRole('button', { name: 'Another face' }).click()
  expect(await dialog.locator('img').getAttribute('src')).not.toBe(before)
  await dialog.getByRole('button', { name: 'Join' }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(async () => (await viewOf(viewer)).me).toMatchObject({ loggedIn: true, nick: 'Ada <b>', role: 'member' })

  const box = roomIn(viewer).locator('live-chat').getByRole('textbox')
  await box.fill('hello from the frame')
  await box.press('Enter')
  await expect(roomIn(host).locator('live-chat .row').getByText('hello from the frame')).toBeVisible()

  // Whoever loads the page again is who he was.
  await page.reload()
  await expect.poll(async () => (await viewOf(page.frameLocator('#viewer')))?.me).toMatchObject({ loggedIn: true, nick: 'Ada <b>' })
})

test('who only wants to read says so, and stays a guest', async ({ visit }) => {
  const page = await visit('/viewer')
  await roomIn(page).getByRole('button', { name: 'Log in to chat' }).click()
  await page.getByRole('button', { name: 'Only read' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await viewOf(page)).me.loggedIn).toBe(false)
})

test('a flood is told in figures that add up, and no gift is lost', async ({ visit, demo }) => {
  test.slow() // ten seconds of it, and a busy machine's answers
  const page = await visit()
  await framesIn(page)
  await page.getByRole('button', { name: 'Flood the room' }).click()
  await expect(page.getByRole('button', { name: /^Flooding/ })).toBeDisabled()
  expect((await fetch(new URL('/flood', demo.url), { method: 'POST' })).status, 'one at a time').toBe(409)
  const card = page.getByRole('region', { name: 'Flood the room' })
  await expect(card.getByText('30 of 30')).toBeVisible({ timeout: 60_000 })
  await expect(card.getByText('3,000 of 3,000')).toBeVisible()
  await expect(card.getByText('The room lets 40 a second pass')).toBeVisible()

  const result = await (await fetch(new URL('/flood', demo.url))).json()
  const { text, low, gift, like, gaps } = result
  expect(gift).toMatchObject({ sent: 30, admitted: 30, dropped: 0, failed: 0 })
  for (const kind of [gift, text, low]) {
    expect(kind.admitted + kind.dropped + kind.failed).toBe(kind.sent)
    // Who watches sees all of it, or was told that he has not.
    if (gaps === 0) expect(kind.seen, JSON.stringify(result)).toBe(kind.admitted)
  }
  expect(text).toMatchObject({ sent: 1500, failed: 0 })
  expect(text.dropped).toBeGreaterThan(800)
  expect(like).toMatchObject({ sent: 3000, counted: 3000 })
  await card.getByRole('button', { name: 'Close' }).click()
  await expect(card).toBeHidden()
})

test('language and theme are chosen outside and hold in both frames', async ({ visit }) => {
  const page = await visit()
  const { viewer, host } = await framesIn(page)
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('button', { name: '深色' }).click()
  await expect(page.getByRole('button', { name: '刷屏测试' })).toBeVisible()
  for (const frame of [viewer, host]) {
    await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark')
    await expect(roomIn(frame)).toHaveJSProperty('lang', 'zh-CN')
    expect(await roomIn(frame).evaluate(element => getComputedStyle(element).colorScheme)).toBe('dark')
  }
  await expect(page.getByText('没有视频：已用 --no-video 关闭。')).toBeVisible()
})

test('a narrow screen shows one room, and enters the other when it is asked for', async ({ visit }) => {
  const page = await visit('/', { size: { width: 360, height: 740 } })
  await expect.poll(async () => (await viewOf(page.frameLocator('#viewer')))?.phase).toBe('in')
  await expect(page.locator('#host')).not.toHaveAttribute('src')
  await page.getByRole('button', { name: 'Host' }).click()
  await expect(page.locator('#viewer')).toBeHidden()
  await expect.poll(async () => (await viewOf(page.frameLocator('#host')))?.me.userId).toBe('lin')
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
})

test('the page of an official SDK is in the same room', async ({ visit }) => {
  const page = await visit('/sdk.html?sdk=v3')
  await page.getByLabel('Your name').fill('Ben')
  await page.getByRole('button', { name: 'Log in and talk' }).click()
  await page.getByLabel('Message', { exact: true }).fill('hello from v3')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.locator('.line', { hasText: 'hello from v3' })).toBeVisible()
  const viewer = await visit('/viewer')
  await expect(roomIn(viewer).getByText('hello from v3').first()).toBeVisible()
})

test('nobody gets a ticket for somebody else', async ({ demo }) => {
  for (const user of ['lin', 'administrator', 'mei', 'you-', 'you-../x', '']) {
    expect((await fetch(new URL(`/ticket?user=${encodeURIComponent(user)}`, demo.url))).status, user).toBe(400)
  }
  const elsewhere = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }
  expect((await fetch(new URL('/flood', demo.url), elsewhere)).status).toBe(403)
  expect((await fetch(new URL('/live-room/../package.json', demo.url))).status).toBe(404)
})
