// A room of 200 messages per second. Twenty seconds here; ten minutes are `cargo xtask bench page-200`.
import { Crowd } from '../../bench/crowd.mjs'
import { sign } from '../lib/usersig.mjs'
import { APP, expect, test } from './fixtures.mjs'

const RATE = 200
const SECONDS = 20

test('200 messages per second: the list stays small, flushes are few, and what is read stands still', async ({ show, startServer }) => {
  test.setTimeout(90_000)
  const server = await startServer({ set: { 'rooms.rate_per_s': 250, 'limits.rest_calls_per_s': '*=0' } })
  const crowd = new Crowd({ server: server.url, app: APP.id, sign })
  const room = await crowd.openRoom()
  const client = await show('live-room', { room, server })
  const log = client.element.getByRole('log')
  await log.evaluate(list => {
    window.flushes = 0
    new MutationObserver(() => (window.flushes += 1)).observe(list, { childList: true, subtree: true })
    window.heard = 0
    document.querySelector('live-room').room.on('messages', messages => (window.heard += messages.length))
  })
  const talk = crowd.talk(room, RATE)
  const began = Date.now()
  const rows = () => log.locator('article, [role=article]').count()

  await expect.poll(() => client.page.evaluate(() => window.heard), { timeout: 30_000 }).toBeGreaterThan((RATE * SECONDS) / 2)
  expect(await rows(), 'rows in the page while following').toBeLessThanOrEqual(201)

  // Reading: the row under the eyes stays where it is.
  await log.hover()
  await client.page.mouse.wheel(0, -300)
  const pill = client.element.locator('[part~=pill]')
  await expect(pill).toBeVisible()
  const watched = () => {
    const list = document.querySelector('live-room').shadowRoot.querySelector('live-chat').shadowRoot.querySelector('[role=log]')
    const box = list.getBoundingClientRect()
    window.watched ??= [...list.querySelectorAll('article, [role=article]')].find(row => row.getBoundingClientRect().top > box.top + 20)
    return { top: Math.round(window.watched.getBoundingClientRect().top - box.top), text: window.watched.textContent.replace(/ ×\d+/, '') }
  }
  const before = await client.page.evaluate(watched)
  const heard = await client.page.evaluate(() => window.heard)
  await expect.poll(() => client.page.evaluate(() => window.heard)).toBeGreaterThan(heard + RATE * 3)
  expect(await client.page.evaluate(watched)).toEqual(before)

  await pill.click()
  await expect(pill).toBeHidden()
  await talk.end()
  const seconds = (Date.now() - began) / 1000
  const flushes = await client.page.evaluate(() => window.flushes)
  // One flush may be seen as two changes: rows added, rows trimmed.
  expect(flushes / seconds, 'flushes per second').toBeLessThanOrEqual(22)
  crowd.close()
})
