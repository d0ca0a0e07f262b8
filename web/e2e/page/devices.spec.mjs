// The device test before one goes live, with Chromium's own cameras and microphones.
import AxeBuilder from '@axe-core/playwright'
import { installShelf, launchOptions } from '../lib/devices.mjs'
import { Client } from '../lib/page.mjs'
import { expect, test as base } from './fixtures.mjs'

const BOTH = ['camera', 'microphone']
const FILE = '/later/define-device-test.js'

const test = base.extend({
  /**
   * A page with the element, not yet started: `await panel({ allow?, lang?, path?, before? })`. `allow` is what the user lets the
   * browser do: all of it, or nothing (`[]`). `before` runs in the page before the element is there.
   */
  panel: async ({ openPage }, use) =>
    use(async ({ allow = BOTH, lang = 'en', path = '/live-room', before, size = { width: 1280, height: 800 }, open = openPage } = {}) => {
      const client = await open(path, 'host')
      await client.page.setViewportSize(size)
      await permit(client, allow)
      await begin(client, { lang, before })
      return client
    }),

  /** The same in a browser whose devices send something else: `await panelOn('silence')`. */
  panelOn: async ({ playwright, site, panel }, use) => {
    const browsers = []
    const clients = []
    await use(async on => {
      const browser = await playwright.chromium.launch(launchOptions(on))
      browsers.push(browser)
      return panel({ open: async (path, label) => clients[clients.push(await Client.open(browser, { site, path, label })) - 1] })
    })
    const complaints = clients.flatMap(client => client.complaints())
    for (const browser of browsers) await browser.close()
    expect(complaints).toEqual([])
  },
})

/** Whoever is allowed something else only has said no to the rest. */
const permit = (client, allow) => client.context.grantPermissions(allow.length > 0 ? allow : ['geolocation'])

async function begin(client, { lang = 'en', before } = {}) {
  await client.page.evaluate(installShelf)
  if (before) await client.page.evaluate(before)
  await client.page.evaluate(
    async ([file, lang]) => {
      window.told = []
      for (const type of ['device-change', 'device-test-done']) addEventListener(type, ({ detail }) => window.told.push([type, detail]))
      await import(file)
      const element = document.createElement('live-device-test')
      element.lang = lang
      document.body.append(element)
    },
    [FILE, lang],
  )
  client.element = client.page.locator('live-device-test')
}

const press = (client, name) => client.element.getByRole('button', { name, exact: true }).click()
const card = (client, name) => client.element.getByRole('region', { name, exact: true })
const result = (client, part) => client.element.evaluate((element, part) => (part ? element.result[part] : element.result), part)
const becomes = (client, part, expected) => expect.poll(() => result(client, part), { timeout: 15_000 }).toMatchObject(expected)
const live = client => client.page.evaluate(() => window.shelf.live())
const told = (client, type) => client.page.evaluate(type => window.told.filter(([name]) => name === type).map(([, detail]) => detail), type)

test.use({ launchOptions: launchOptions() })

// --- all is well ---------------------------------------------------------------------------------------------------------

test('nothing is asked before the start; then all is tested, and switched off at the end', async ({ panel }) => {
  const client = await panel()
  await expect(client.element.getByRole('button')).toHaveText(['Start'])
  expect(await client.page.evaluate(() => window.asked)).toEqual([])
  expect(await result(client)).toEqual(Object.fromEntries(['camera', 'microphone', 'speaker', 'browser', 'connection'].map(part => [part, { state: 'skipped', reason: 'not-tested' }])))

  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_0' })
  await becomes(client, 'microphone', { state: 'ok', label: 'Fake Default Audio Input' })
  expect(await client.page.evaluate(() => window.asked), 'one question for both').toEqual(['audio+video'])
  await expect(card(client, 'Camera')).toContainText(/1280 × 720 · \d+ frames per second/)
  await expect(card(client, 'Camera')).toContainText('We see a picture.')
  await expect(card(client, 'Microphone')).toContainText('We hear you.')
  await expect(card(client, 'Browser')).toContainText('This browser can do what is needed.')
  await expect(card(client, 'Connection')).toHaveCount(0)
  const video = client.element.locator('video')
  expect(await video.evaluate(({ muted, srcObject }) => [muted, srcObject.getAudioTracks().length])).toEqual([true, 0])

  await press(client, 'Play test sound')
  await press(client, 'Yes')
  await becomes(client, 'speaker', { state: 'ok' })
  await press(client, 'Done')
  await expect(client.element).toContainText('Everything that was tested is ready.')
  await expect(client.element).toContainText('you are not live')
  expect(await live(client)).toEqual([])
  const [done] = await told(client, 'device-test-done')
  expect(done).toEqual(await result(client))
  expect(done).toMatchObject({ camera: { state: 'ok' }, microphone: { state: 'ok' }, speaker: { state: 'ok' }, browser: { state: 'ok' }, connection: { state: 'skipped', reason: 'no-room' } })
})

test('the meter moves with the voice, in steps', async ({ panel }) => {
  const client = await panel()
  await press(client, 'Start')
  const meter = client.element.getByRole('meter', { name: 'Level of the microphone' })
  const level = async () => Number(await meter.getAttribute('aria-valuenow'))
  await expect.poll(level).toBeGreaterThan(20)
  const first = await level()
  await expect.poll(level, { intervals: [50] }).not.toBe(first)
  expect((await level()) % 10).toBe(0)
})

test('in Chinese, all of it', async ({ panel }) => {
  const client = await panel({ lang: 'zh-CN' })
  await press(client, '开始')
  await becomes(client, 'camera', { state: 'ok' })
  await becomes(client, 'microphone', { state: 'ok' })
  for (const [name, words] of [['摄像头', /每秒 \d+ 帧/], ['摄像头', '画面正常。'], ['麦克风', '听到你的声音了。'], ['扬声器', '播放测试音'], ['浏览器', '浏览器满足开播要求。']]) await expect(card(client, name)).toContainText(words)
  await press(client, '完成')
  await expect(client.element).toContainText('检测过的项目全部就绪。')
  await expect(client.element).toContainText('未检测：扬声器。')
  expect(await client.element.evaluate(element => element.shadowRoot.textContent)).not.toMatch(/camera|microphone|ready/i)
})

// --- choosing ------------------------------------------------------------------------------------------------------------

test('another camera is taken, told and kept; the one before is let go', async ({ panel }) => {
  const client = await panel()
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_0' })
  await card(client, 'Camera').getByRole('combobox', { name: 'Camera' }).selectOption({ label: 'fake_device_1' })
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_1' })
  expect((await live(client)).filter(label => /device/.test(label))).toEqual(['fake_device_1'])
  expect(await told(client, 'device-change')).toMatchObject([{ kind: 'camera', label: 'fake_device_1', deviceId: (await result(client, 'camera')).deviceId }])

  await client.page.reload()
  await begin(client)
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_1' })
})

test('a camera that was chosen once and is not there today is replaced, and that is said', async ({ panel }) => {
  const client = await panel({ before: () => localStorage.setItem('plaudit-devices', '{"camera":{"deviceId":"0123","label":"Old camera"}}') })
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_0' })
  await expect(card(client, 'Camera')).toContainText(/“.Old camera.” is not there any more/)
  await becomes(client, 'microphone', { state: 'ok' })
})

test('the test sound goes where it is told, and it is said where it cannot', async ({ panel }) => {
  const client = await panel({
    before: () => {
      window.sinks = []
      const { setSinkId } = HTMLMediaElement.prototype
      HTMLMediaElement.prototype.setSinkId = function (id) {
        window.sinks.push(id)
        return window.isBroken ? Promise.reject(new DOMException('gone', 'NotFoundError')) : setSinkId.call(this, id)
      }
    },
  })
  await press(client, 'Start')
  const speakers = card(client, 'Speaker').getByRole('combobox', { name: 'Speaker' })
  await speakers.selectOption({ label: 'Fake Audio Output 1' })
  const { deviceId } = await result(client, 'speaker')
  await press(client, 'Play test sound')
  await press(client, 'No')
  await becomes(client, 'speaker', { state: 'failed', reason: 'not-heard', deviceId, label: 'Fake Audio Output 1' })
  await expect(card(client, 'Speaker')).toContainText('Turn the volume up')
  expect(await client.page.evaluate(() => window.sinks)).toEqual([deviceId])
  await client.page.evaluate(() => (window.isBroken = true))
  await press(client, 'Play test sound')
  await becomes(client, 'speaker', { state: 'failed', reason: 'broken' })
  await expect(card(client, 'Speaker')).toContainText('Choose another output')
})

test('where the browser has a list of outputs of its own, that is used; where outputs cannot be chosen, none is offered', async ({ panel }) => {
  const lists = await panel({ before: () => (navigator.mediaDevices.selectAudioOutput = async () => ({ deviceId: 'headset', label: 'Headset', kind: 'audiooutput' })) })
  await press(lists, 'Start')
  await press(lists, 'Choose an output…')
  await becomes(lists, 'speaker', { deviceId: 'headset', label: 'Headset' })
  expect(await told(lists, 'device-change')).toEqual([{ kind: 'speaker', deviceId: 'headset', label: 'Headset' }])

  const plain = await panel({ before: () => delete HTMLMediaElement.prototype.setSinkId })
  await press(plain, 'Start')
  await expect(card(plain, 'Microphone').getByRole('combobox')).toBeVisible()
  await expect(card(plain, 'Speaker').getByRole('combobox')).toHaveCount(0)
  await expect(card(plain, 'Speaker').getByRole('button', { name: 'Play test sound' })).toBeVisible()
})

// --- what goes wrong -----------------------------------------------------------------------------------------------------

test('denied: it is said how to allow it, and after that it works without a new start', async ({ panel }) => {
  const client = await panel({ allow: [] })
  await press(client, 'Start')
  for (const [part, name] of [['camera', 'Camera'], ['microphone', 'Microphone']]) {
    await becomes(client, part, { state: 'failed', reason: 'denied' })
    await expect(card(client, name)).toContainText(`allow the ${part}, then try again`)
  }
  expect(await client.page.evaluate(() => window.asked), 'one question, one answer').toEqual(['audio+video'])
  await permit(client, BOTH)
  await card(client, 'Camera').getByRole('button', { name: 'Try again' }).click()
  await becomes(client, 'camera', { state: 'ok' })
  await card(client, 'Microphone').getByRole('button', { name: 'Try again' }).click()
  await becomes(client, 'microphone', { state: 'ok' })
})

test('the microphone works though the camera is denied', async ({ panel }) => {
  const client = await panel({ allow: ['microphone'] })
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'failed', reason: 'denied' })
  await becomes(client, 'microphone', { state: 'ok' })
})

test('a policy of the site is told from a refusal', async ({ openPage }) => {
  const client = await openPage('/live-room', 'host')
  await permit(client, BOTH)
  await client.page.route('**/live-room', async route => {
    const response = await route.fetch()
    await route.fulfill({ response, headers: { ...response.headers(), 'permissions-policy': 'camera=()' } })
  })
  client.tolerate(/Permissions policy violation/)
  await client.page.reload()
  await begin(client)
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'failed', reason: 'policy' })
  await expect(card(client, 'Camera')).toContainText('Permissions-Policy')
  await becomes(client, 'microphone', { state: 'ok' })
})

test('an insecure page is told, with what follows from it', async ({ playwright, launchOptions, site }) => {
  const { port } = new URL(site.url)
  const args = [...launchOptions.args, '--host-resolver-rules=MAP insecure.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']
  const browser = await playwright.chromium.launch({ ...launchOptions, args })
  const page = await browser.newPage()
  await page.goto(`http://insecure.test:${port}/live-room`)
  await page.evaluate(async file => (await import(file), document.body.append(document.createElement('live-device-test'))), FILE)
  const client = { page, element: page.locator('live-device-test') }
  await press(client, 'Start')
  await becomes(client, 'browser', { state: 'failed', reason: 'insecure' })
  for (const part of BOTH) await becomes(client, part, { state: 'failed', reason: 'insecure' })
  await expect(card(client, 'Microphone')).toContainText('https://')
  await browser.close()
})

for (const [name, reason, words, message] of [
  ['NotAllowedError', 'dismissed', 'choose “Allow”', 'Permission dismissed'],
  ['NotAllowedError', 'system', 'Open the privacy settings', 'Permission denied by system'],
  ['NotReadableError', 'in-use', 'Close other tabs and programs'],
  ['OverconstrainedError', 'constraint', 'Choose another one'],
  ['AbortError', 'broken', 'Unplug it and connect it again'],
]) {
  test(`${name}, ${reason}: the other device is tested nevertheless, and trying again helps`, async ({ panel }) => {
    const client = await panel()
    await client.page.evaluate(error => window.shelf.refuse('video', ...error), [name, message])
    await press(client, 'Start')
    await becomes(client, 'camera', { state: 'failed', reason })
    await expect(card(client, 'Camera')).toContainText(words)
    await becomes(client, 'microphone', { state: 'ok' })
    await client.page.evaluate(() => window.shelf.refuse('video', ''))
    await card(client, 'Camera').getByRole('button', { name: 'Try again' }).click()
    await becomes(client, 'camera', { state: 'ok' })
  })
}

test('no camera: the microphone is tested, and a camera that is connected later is taken by itself', async ({ panel }) => {
  const client = await panel()
  await client.page.evaluate(() => window.shelf.hide('fake_device_0', 'fake_device_1'))
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'failed', reason: 'no-device' })
  await expect(card(client, 'Camera')).toContainText('There is no camera.')
  await becomes(client, 'microphone', { state: 'ok' })
  await client.page.evaluate(() => window.shelf.show('fake_device_1'))
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_1' })
})

test('unplugged: the next one is used and that is said; after the last one it is said too, and it comes back by itself', async ({ panel }) => {
  const client = await panel()
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_0' })
  await client.page.evaluate(() => window.shelf.hide('fake_device_0'))
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_1' })
  await expect(card(client, 'Camera')).toContainText(/“.fake_device_0.” is not there any more; this one is used instead/)
  await expect.poll(() => told(client, 'device-change')).toMatchObject([{ kind: 'camera', label: 'fake_device_1' }])
  await client.page.evaluate(() => window.shelf.hide('fake_device_1'))
  await becomes(client, 'camera', { state: 'failed', reason: 'unplugged' })
  await expect(card(client, 'Camera')).toContainText('The camera was unplugged.')
  await client.page.evaluate(() => window.shelf.show('fake_device_0'))
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_0' })
  expect((await live(client)).filter(label => /device/.test(label))).toEqual(['fake_device_0'])
})

test('stopped, but still there: nothing else is switched on without being asked', async ({ panel }) => {
  const client = await panel()
  await press(client, 'Start')
  await becomes(client, 'microphone', { state: 'ok' })
  const before = await client.page.evaluate(() => (window.shelf.end(window.taken.find(({ kind }) => kind === 'audio')), window.asked.length))
  await becomes(client, 'microphone', { state: 'failed', reason: 'stopped' })
  await expect(card(client, 'Microphone')).toContainText('switched off')
  expect(await client.page.evaluate(() => window.asked.length)).toBe(before)
  await card(client, 'Microphone').getByRole('button', { name: 'Try again' }).click()
  await becomes(client, 'microphone', { state: 'ok' })
})

test('a camera that is muted by a switch is told', async ({ panel }) => {
  const client = await panel()
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok' })
  await client.page.evaluate(() => Object.defineProperty(window.taken.find(({ kind }) => kind === 'video'), 'muted', { get: () => true }))
  // The element has a stream of its own around the same track.
  await becomes(client, 'camera', { state: 'failed', reason: 'muted' })
  await expect(card(client, 'Camera')).toContainText('Look for its switch')
})

test('a microphone that sends nothing is told after some seconds, with what to do', async ({ panelOn }) => {
  const client = await panelOn('silence')
  await press(client, 'Start')
  await expect(card(client, 'Microphone')).toContainText('Say a few words.')
  await becomes(client, 'microphone', { state: 'failed', reason: 'silent' })
  await expect(card(client, 'Microphone')).toContainText('Look for a mute switch')
})

test('a camera with its cover on is told, with what to do', async ({ panelOn }) => {
  const client = await panelOn('black')
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'failed', reason: 'black' })
  await expect(card(client, 'Camera')).toContainText('Open the cover of the lens')
})

// --- switching off -------------------------------------------------------------------------------------------------------

test('taken off the page everything is off at once; moved on it, it goes on', async ({ panel }) => {
  const client = await panel()
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok' })
  await client.element.evaluate(element => document.body.appendChild(document.createElement('main')).append(element))
  await becomes(client, 'microphone', { state: 'ok' })
  expect(await live(client)).toHaveLength(2)
  const handle = await client.element.elementHandle()
  await handle.evaluate(element => element.remove())
  await expect.poll(() => live(client)).toEqual([])
  expect(await handle.evaluate(element => element.result.camera)).toEqual({ state: 'skipped', reason: 'not-tested' })
})

test('taken off while the browser still asks: what it gives then is let go of', async ({ panel }) => {
  const client = await panel({
    before: () => {
      const { getUserMedia } = navigator.mediaDevices
      const asked = new Promise(resolve => (window.allow = resolve))
      navigator.mediaDevices.getUserMedia = async wish => (await asked, getUserMedia(wish))
    },
  })
  await press(client, 'Start')
  await expect(card(client, 'Camera')).toContainText('Answer the browser’s question')
  await client.element.evaluate(element => element.remove())
  await client.page.evaluate(() => window.allow())
  await expect.poll(() => client.page.evaluate(() => window.taken.map(({ readyState }) => readyState))).toEqual(['ended', 'ended'])
})

test('out of sight for half a minute everything is off, and one goes on with a press', async ({ panel }) => {
  const client = await panel()
  await client.page.clock.install()
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'ok' })
  const hide = isHidden =>
    client.page.evaluate(isHidden => {
      Object.defineProperty(document, 'hidden', { get: () => isHidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  await hide(true)
  await client.page.clock.runFor(20_000)
  await hide(false)
  await client.page.clock.runFor(20_000)
  expect(await live(client), 'a short look elsewhere').toHaveLength(2)
  await hide(true)
  await client.page.clock.runFor(31_000)
  expect(await live(client)).toEqual([])
  await hide(false)
  await expect(client.element).toContainText('the page was out of sight')
  await press(client, 'Go on')
  await expect.poll(() => live(client)).toHaveLength(2)
})

// --- for everybody -------------------------------------------------------------------------------------------------------

/** What the keyboard stands on. */
const focused = client =>
  client.page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    return `${at.localName} ${at.getAttribute('aria-label') ?? at.textContent.trim()}`
  })

test('with the keyboard alone', async ({ panel }) => {
  const client = await panel()
  const keys = client.page.keyboard
  await keys.press('Tab')
  expect(await focused(client)).toBe('button Start')
  await keys.press('Enter')
  await becomes(client, 'camera', { state: 'ok' })
  expect(await focused(client), 'the test begins at its head').toBe('h2 Check camera and microphone')
  await keys.press('Tab')
  expect(await focused(client)).toBe('select Camera')
  await keys.press('ArrowDown')
  await becomes(client, 'camera', { state: 'ok', label: 'fake_device_1' })
  for (const stop of ['select Microphone', 'select Speaker', 'button Play test sound']) {
    await keys.press('Tab')
    expect(await focused(client)).toBe(stop)
  }
  await keys.press('Enter')
  await expect(client.element.getByRole('group', { name: 'Did you hear it?' })).toBeVisible()
  await keys.press('Tab')
  expect(await focused(client)).toBe('button Yes')
  await keys.press('Enter')
  await expect.poll(() => focused(client)).toBe('button Play test sound')
  await keys.press('Tab')
  expect(await focused(client)).toBe('button Done')
  await keys.press('Enter')
  await expect.poll(() => focused(client)).toBe('h2 Check camera and microphone')
  await keys.press('Tab')
  expect(await focused(client)).toBe('button Check again')
})

test('trying again with the keyboard does not lose its place', async ({ panel }) => {
  const client = await panel({ allow: [] })
  await press(client, 'Start')
  await becomes(client, 'camera', { state: 'failed' })
  await permit(client, BOTH)
  await card(client, 'Camera').getByRole('button', { name: 'Try again' }).focus()
  await client.page.keyboard.press('Enter')
  await becomes(client, 'camera', { state: 'ok' })
  expect(await focused(client)).toBe('h2 Check camera and microphone')
})

const serious = async client => {
  const { violations } = await new AxeBuilder({ page: client.page }).analyze()
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.flat().join(' ')} (${failureSummary})`).join('; ')}`)
}

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing serious, and nothing is wider than a phone: ${theme}`, async ({ panel }) => {
    const client = await panel({ path: '/live-room?lax', allow: ['microphone'], size: { width: 360, height: 740 } })
    await client.element.evaluate((element, theme) => element.style.setProperty('color-scheme', theme), theme)
    const look = async name => {
      expect(await serious(client), name).toEqual([])
      expect(await client.page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(360)
    }
    await look('before the start')
    await press(client, 'Start')
    await becomes(client, 'camera', { state: 'failed' })
    await becomes(client, 'microphone', { state: 'ok' })
    await press(client, 'Play test sound')
    await expect(client.element.getByRole('button', { name: 'Yes' })).toBeVisible()
    await look('in the middle')
    await press(client, 'Done')
    await look('at the end')
  })
}

// --- in a room -----------------------------------------------------------------------------------------------------------

test('a host finds it among his tools: a dialog, with the round trip of the room; Escape closes it and everything is off', async ({ show, rest, server, wireTo, name }) => {
  test.slow()
  const [room, owner] = [name('room'), name('owner')]
  await rest.createRoom(room, { owner })
  const wire = await wireTo(server)
  const client = await show('live-room', { room, user: owner, wsUrl: wire.wsUrl })
  client.tolerate(/WebSocket connection to .* failed/)
  await permit(client, BOTH)
  await client.page.evaluate(installShelf)
  const fetched = []
  client.page.on('request', request => fetched.push(new URL(request.url()).pathname))
  const element = client.element
  await element.getByRole('button', { name: 'Host tools' }).click()
  const opener = element.getByRole('button', { name: 'Check camera and microphone' })
  await expect(opener).toBeVisible()
  expect(fetched).not.toContain(FILE)
  await opener.focus()
  await client.page.keyboard.press('Enter')
  const dialog = element.getByRole('dialog', { name: 'Check camera and microphone' })
  await expect(dialog).toBeVisible()
  expect(fetched).toContain(FILE)
  await expect.poll(() => focused(client)).toBe('button Start')
  await client.page.keyboard.press('Enter')
  client.element = element.locator('live-device-test')
  await becomes(client, 'connection', { state: 'ok' })
  await expect(card(client, 'Connection')).toContainText(/The server answers in \d+ ms\./)
  await becomes(client, 'camera', { state: 'ok' })

  await wire.cut()
  await becomes(client, 'connection', { state: 'failed', reason: 'offline' })
  await expect(card(client, 'Connection')).toContainText('the test goes on by itself')
  await wire.mend()
  await becomes(client, 'connection', { state: 'ok' })

  await element.evaluate(room => room.addEventListener('device-test-done', ({ detail }) => (window.done = detail)))
  await press(client, 'Done')
  expect(await client.page.evaluate(() => window.done.connection.state)).toBe('ok')
  await press(client, 'Check again')
  await expect.poll(() => live(client)).toHaveLength(2)
  await client.page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect.poll(() => live(client)).toEqual([])
  await expect.poll(() => focused(client)).toMatch(/^button Check camera/)

  await opener.click()
  await press(client, 'Start')
  await expect.poll(() => live(client)).toHaveLength(2)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect.poll(() => live(client)).toEqual([])
})

test('beside a room that it names it tests that connection; a guest has nothing to ask the server', async ({ show, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const beside = async user => {
    const client = await show('live-chat', { room, user, attributes: { id: 'chat' } })
    await client.page.evaluate(async file => {
      await import(file)
      document.body.append(Object.assign(document.createElement('live-device-test'), { htmlFor: 'chat' }))
    }, FILE)
    client.element = client.page.locator('live-device-test')
    await press(client, 'Start')
    return client
  }
  await becomes(await beside(name('ada')), 'connection', { state: 'ok' })
  const guest = await beside()
  await becomes(guest, 'browser', { state: 'ok' })
  expect(await result(guest, 'connection')).toEqual({ state: 'skipped', reason: 'no-room' })
  await expect(card(guest, 'Connection')).toHaveCount(0)
})
