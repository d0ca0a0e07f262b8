// What people do in a room, through <live-room>: a viewer's evening, a host's work, a network that goes and comes back.
import { Rest } from '../lib/rest.mjs'
import { sign } from '../lib/usersig.mjs'
import { expect, test } from './fixtures.mjs'

const box = client => client.element.getByRole('textbox')
const row = (client, text) => client.element.locator('live-chat .row.said').filter({ hasText: text })
const bullet = (client, text) => client.element.locator('live-danmaku .bullet:not([hidden])').filter({ hasText: text })
const banner = client => client.element.locator('[part=banner]')
const likes = client => client.element.evaluate(element => element.room.view.likes)
const say = async (client, text) => {
  await box(client).fill(text)
  await box(client).press('Enter')
  await expect(row(client, text)).toHaveClass(/\bsaid said\b/)
}
const logIn = (client, user, nick) =>
  client.element.evaluate((element, [userId, userSig, nick]) => Object.assign(element, { userId, userSig, nick }), [user, sign(user), nick])
/** The menu about the one who said this. */
const menuOf = async (client, text, ...items) => {
  await row(client, text).first().hover()
  await row(client, text).first().getByRole('button', { name: /^More about/ }).click()
  for (const item of items) await client.page.getByRole('menuitem', { name: item, exact: true }).click()
}
/** What a browser says of a server that is not there. */
const OFFLINE_NOISE = /WebSocket|ERR_CONNECTION/
const scroller = client => client.element.locator('live-chat .list')

test('a viewer: guest, log in, read, pause, come back by the pill, speak, mention, like, give, and see it all fly', async ({ show, rest, name }) => {
  test.slow()
  const [room, host, ada, bob] = [name('room'), name('host'), name('ada'), name('bob')]
  await rest.createRoom(room, { name: 'Living room', owner: host })
  await rest.importAccount(bob, { nick: 'Bob' })
  const other = await show('live-room', { room, user: bob, nick: 'Bob' })
  const client = await show('live-room', { room })

  // A guest reads, and is asked to log in where he wants more.
  await say(other, 'good evening')
  await expect(row(client, 'good evening')).toBeVisible()
  await expect(bullet(client, 'good evening')).toBeVisible()
  await client.page.evaluate(() => {
    window.asked = 0
    addEventListener('login-request', () => (window.asked += 1))
  })
  await client.element.getByRole('button', { name: 'Log in to chat' }).click()
  await client.element.getByRole('button', { name: /^Like/ }).click()
  expect(await client.page.evaluate(() => window.asked)).toBe(2)
  await logIn(client, ada, 'Ada')
  await expect(box(client)).toBeVisible()
  await expect(row(client, 'good evening'), 'he goes on where he was').toHaveCount(1)

  // Reading above pauses; the pill counts and leads back.
  for (let index = 0; index < 30; index += 1) await rest.sendText(room, `line ${index}`, { from: bob })
  await expect(row(client, 'line 29')).toBeVisible()
  await scroller(client).hover()
  await client.page.mouse.wheel(0, -400)
  await expect.poll(() => scroller(client).evaluate(list => list.scrollHeight - list.scrollTop - list.clientHeight)).toBeGreaterThan(100)
  const before = await scroller(client).evaluate(list => list.scrollTop)
  await say(other, 'while you read')
  const pill = client.element.locator('[part~=pill]')
  await expect(pill).toContainText('1 new message')
  expect(await scroller(client).evaluate(list => list.scrollTop), 'nothing moved').toBe(before)
  await pill.click()
  await expect(row(client, 'while you read')).toBeInViewport()
  await expect(pill).toBeHidden()

  // He speaks; the other one mentions him.
  await say(client, 'hello from Ada')
  await expect(row(other, 'hello from Ada')).toBeVisible()
  await expect(client.element.locator('live-danmaku .bullet.mine').filter({ hasText: 'hello from Ada' })).toBeVisible()
  await box(other).pressSequentially('welcome @Ad')
  await expect(other.element.getByRole('option', { name: /Ada/ })).toBeVisible()
  await box(other).press('Enter')
  await box(other).press('Enter')
  await expect(row(client, 'welcome @Ada')).toHaveClass(/\bforme\b/)

  // Likes are counted once for everybody; a gift given twice is one banner.
  await client.element.getByRole('button', { name: /^Like/ }).click({ clickCount: 3, delay: 30 })
  await client.element.locator('[part=stage]').dblclick({ position: { x: 300, y: 200 } })
  await expect.poll(() => likes(other)).toBe(4)
  await expect.poll(() => likes(client)).toBe(4)
  await client.element.getByRole('button', { name: 'Send a gift' }).click()
  await client.element.getByRole('radio', { name: /^Rose/ }).click()
  await client.element.getByRole('button', { name: /^Send 1 coin/ }).click()
  await client.element.getByRole('button', { name: /^Combo/ }).click()
  const given = other.element.locator('live-gifts [part=banner]')
  await expect(given).toHaveCount(1)
  await expect(given).toContainText('Ada')
  await expect(given).toContainText('2')
  await expect(bullet(other, 'rose'), 'gifts do not fly').toHaveCount(0)
})

test('a host: mutes, deletes, slows down, pins a notice and bans, and everybody sees each within a second', async ({ show, rest, name }) => {
  test.slow()
  const [room, host, ada, bob] = [name('room'), name('host'), name('ada'), name('bob')]
  await rest.createRoom(room, { owner: host })
  const client = await show('live-room', { room, user: host, nick: 'Lin' })
  const [fan, reader] = [await show('live-room', { room, user: ada, nick: 'Ada' }), await show('live-room', { room, user: bob, nick: 'Bob' })]
  await say(fan, 'buy my things')
  await say(reader, 'how nice')
  const soon = { timeout: 1_000 }

  await menuOf(client, 'buy my things', 'Mute', '10 min')
  await expect(box(fan)).toBeHidden(soon)
  await expect(fan.element.getByText(/You are muted/).last()).toBeVisible(soon)
  await client.element.locator('live-toasts').getByRole('button', { name: 'Undo' }).click()
  await expect(box(fan)).toBeVisible(soon)

  await menuOf(client, 'buy my things', 'Delete message')
  for (const page of [fan, reader]) {
    await expect(row(page, 'buy my things')).toHaveCount(0, soon)
    await expect(page.element.getByText('Message removed by a moderator')).toBeVisible(soon)
    await expect(bullet(page, 'buy my things')).toHaveCount(0, soon)
  }

  await client.element.getByRole('button', { name: 'Host tools' }).click()
  const tools = client.element.locator('live-host-tools')
  const rules = tools.locator('#rules')
  if ((await rules.getAttribute('open')) === null) await rules.locator('summary').click()
  await tools.getByLabel('Slow mode').selectOption('30')
  for (const page of [fan, reader]) await expect.poll(() => page.element.evaluate(element => element.room.view.rules.slowMode), soon).toBe(30)
  const notice = tools.locator('#notice')
  if ((await notice.getAttribute('open')) === null) await notice.locator('summary').click()
  await tools.getByLabel('Text that stands above the chat').fill('No advertising, please')
  await tools.getByRole('button', { name: 'Pin' }).click()
  for (const page of [fan, reader]) await expect(page.element.locator('[part~=notice]')).toContainText('No advertising, please', soon)
  await client.element.getByRole('button', { name: 'Back to chat' }).click()

  await menuOf(client, 'how nice', 'Ban', '1 hr')
  await client.page.getByRole('alertdialog').getByRole('button', { name: 'Ban' }).click()
  await expect(reader.element.getByRole('dialog')).toContainText('You cannot be in this room for now', soon)
  await expect(row(fan, 'how nice')).toHaveCount(0, soon)
})

test('a network that is cut: a banner with a countdown, what was missed once, nothing stale, and what was written goes out once', async ({ show, rest, wireTo, server, name }) => {
  test.slow()
  const [room, ada, bob] = [name('room'), name('ada'), name('bob')]
  await rest.createRoom(room)
  await rest.importAccount(bob, { nick: 'Bob' })
  const wire = await wireTo(server)
  const client = await show('live-room', { room, user: ada, nick: 'Ada', wsUrl: wire.wsUrl })
  await rest.sendText(room, 'before', { from: bob })
  await expect(row(client, 'before')).toBeVisible()

  client.tolerate(OFFLINE_NOISE)
  await wire.cut()
  await expect(banner(client)).toContainText('Connection lost')
  await expect(banner(client).getByRole('button', { name: 'Try now' })).toBeVisible()
  for (let index = 0; index < 5; index += 1) await rest.sendText(room, `missed ${index}`, { from: bob })
  await box(client).fill('written in the tunnel')
  await box(client).press('Enter')
  // Longer ago than what still flies.
  const cutAt = Date.now()
  await expect.poll(() => Date.now() - cutAt, { timeout: 10_000 }).toBeGreaterThan(5_500)
  await wire.mend()
  await banner(client).getByRole('button', { name: 'Try now' }).click()
  await expect(banner(client)).toContainText('Connected again')
  await expect(banner(client)).toBeHidden()
  for (let index = 0; index < 5; index += 1) await expect(row(client, `missed ${index}`)).toHaveCount(1)
  await expect(row(client, 'written in the tunnel')).toHaveClass(/\bsaid said\b/)
  await expect(row(client, 'written in the tunnel')).toHaveCount(1)
  await expect(bullet(client, 'missed'), 'what is stale does not fly').toHaveCount(0)
  await rest.sendText(room, 'after', { from: bob })
  await expect(row(client, 'after')).toHaveCount(1)
  await expect(bullet(client, 'after')).toBeVisible()
})

test('a server that is killed for thirty seconds: the room is back by itself, nothing is said twice', async ({ show, startServer, name }) => {
  test.setTimeout(120_000)
  const server = await startServer()
  const rest = new Rest(server)
  const [room, ada, bob] = [name('room'), name('ada'), name('bob')]
  await rest.createRoom(room)
  await rest.importAccount(bob, { nick: 'Bob' })
  const client = await show('live-room', { room, user: ada, nick: 'Ada', server })
  await say(client, 'before the fall')
  client.tolerate(OFFLINE_NOISE)
  await server.end('SIGKILL')
  await expect(banner(client)).toContainText('Connection lost')
  await box(client).fill('while it was dead')
  await box(client).press('Enter')
  const deadAt = Date.now()
  await expect.poll(() => Date.now() - deadAt, { timeout: 40_000, intervals: [1_000] }).toBeGreaterThan(29_000)
  await server.again()
  await expect(banner(client)).toContainText('Connected again', { timeout: 30_000 })
  await rest.sendText(room, 'risen', { from: bob })
  await expect(row(client, 'risen')).toHaveCount(1)
  await expect(row(client, 'before the fall')).toHaveCount(1)
  // It waited for half a minute: it is said now, or it says that it was not. Never both, never twice.
  await expect(row(client, 'while it was dead')).toHaveCount(1)
  await expect(row(client, 'while it was dead')).not.toHaveClass(/\bpending\b/, { timeout: 40_000 })
  const likesBefore = await likes(client)
  await client.element.getByRole('button', { name: /^Like/ }).click()
  await expect.poll(() => likes(client)).toBe(likesBefore + 1)
})

test('who is logged out elsewhere is told so, and may watch on; a closed room says so', async ({ show, rest, name }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room)
  const client = await show('live-room', { room, user: ada, nick: 'Ada' })
  await show('live-room', { room, user: ada, nick: 'Ada' })
  const dialog = client.element.locator('.outcome[role=dialog]')
  await expect(dialog).toContainText('this account logged in elsewhere')
  await dialog.getByRole('button', { name: 'Watch as a guest' }).click()
  await expect(dialog).toBeHidden()
  await rest.sendText(room, 'for guests too')
  await expect(row(client, 'for guests too')).toBeVisible()
  await rest.destroyRoom(room)
  await expect(dialog).toContainText('This room has been closed')
})

test('a signature that has expired is asked for anew', async ({ show, rest, name }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room)
  const client = await show('live-room', { room })
  await client.page.evaluate(() => {
    window.expired = []
    addEventListener('token-expired', ({ detail }) => window.expired.push(detail.userId))
  })
  await client.element.evaluate((element, [userId, userSig]) => Object.assign(element, { userId, userSig }), [ada, sign(ada, { expire: -60 })])
  await expect.poll(() => client.page.evaluate(() => window.expired)).toEqual([ada])
  await logIn(client, ada, 'Ada')
  await expect(box(client)).toBeVisible()
})
