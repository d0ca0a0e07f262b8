// examples/: the same page against the official SDK and against ours.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { answer } from '../../examples/serve.mjs'
import { expect, test } from './lib/fixtures.mjs'
import { APP } from './lib/server.mjs'
import { sign } from './lib/usersig.mjs'

/** Both pages are in each test: once is enough. */
test.skip(({ sdk }) => sdk !== 'ours', 'runs once, with both pages')

test('the two pages differ in one line, the import', () => {
  const file = name => fileURLToPath(new URL(`../../examples/${name}.html`, import.meta.url))
  let difference = ''
  try {
    execFileSync('diff', [file('official'), file('ours')], { encoding: 'utf8' })
  } catch ({ stdout }) {
    difference = stdout // diff says with its exit code that there is one
  }
  expect(difference.split('\n').filter(line => /^[<>]/.test(line))).toEqual([
    "< import TencentCloudChat from '@tencentcloud/chat'",
    "> import TencentCloudChat from '@plaudit/chat'",
  ])
})

test('both pages talk with each other', async ({ browser, server, rest, name }) => {
  const site = createServer(answer)
  await new Promise(resolve => site.listen(0, '127.0.0.1', resolve))
  const room = name('room')
  await rest.createRoom(room, { name: 'the living room' })
  const open = async page => {
    const user = name(page)
    const tab = await (await browser.newContext()).newPage()
    const query = new URLSearchParams({ server: server.wsUrl, app: APP.id, room, user, ticket: sign(user) })
    await tab.goto(`http://127.0.0.1:${site.address().port}/${page}.html?${query}`)
    await expect(tab.getByRole('button')).toBeEnabled()
    return { user, tab, say: text => tab.getByRole('textbox').fill(text).then(() => tab.getByRole('button').click()) }
  }
  const official = await open('official')
  const ours = await open('ours')
  await expect(ours.tab).toHaveTitle('the living room')
  await official.say('hello from the official page')
  await expect(ours.tab.locator('li').last()).toHaveText(`${official.user}: hello from the official page`)
  await ours.say('hello from ours')
  await expect(official.tab.locator('li').last()).toHaveText(`${ours.user}: hello from ours`)
  const lines = async ({ tab }) => (await tab.locator('li').allTextContents()).filter(line => /hello/.test(line))
  expect(await lines(official)).toEqual(['you: hello from the official page', `${ours.user}: hello from ours`])
  expect(await lines(ours)).toEqual([`${official.user}: hello from the official page`, 'you: hello from ours'])
  for (const { tab } of [official, ours]) await tab.context().close()
  site.closeAllConnections()
  await new Promise(resolve => site.close(resolve))
})
