// For everybody: axe finds nothing serious, the keyboard reaches everything, and who wants no motion gets none.
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fixtures.mjs'

/** What is wrong and would keep somebody out. */
async function serious(client) {
  const { violations } = await new AxeBuilder({ page: client.page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.flat().join(' ')} (${failureSummary})`).join('; ')}`)
}

async function peopled({ show, rest, name, user, ...more }) {
  const [room, owner, bob] = [name('room'), name('owner'), name('bob')]
  await rest.createRoom(room, { name: 'Living room', owner })
  await rest.modifyRoom(room, { Notification: 'Requests are open, one each' })
  await rest.importAccount(bob, { nick: 'Bob' })
  const client = await show('live-room', { room, ...(user && { user: user === 'owner' ? owner : name(user), nick: 'Ada' }), path: '/live-room?lax', ...more })
  await rest.sendText(room, 'good evening', { from: bob, cloudCustomData: '{"level":12,"tags":["VIP"]}' })
  await rest.sendText(room, 'welcome', { from: owner })
  await rest.sendBody(room, [{ MsgType: 'TIMCustomElem', MsgContent: { Data: '{"type":"gift","gift":"rose","count":2}', Desc: '', Ext: '' } }], { from: bob })
  await expect(client.element.locator('live-chat .row.said')).toHaveCount(3)
  return client
}

for (const theme of ['light', 'dark']) {
  for (const layout of ['auto', 'overlay']) {
    test(`axe: a guest, ${theme}, ${layout}`, async ({ show, rest, name }) => {
      const client = await peopled({ show, rest, name, attributes: { theme, layout }, size: layout === 'overlay' ? { width: 390, height: 844 } : { width: 1280, height: 800 } })
      expect(await serious(client)).toEqual([])
    })
  }

  test(`axe: a host with menus, panels and tools open, ${theme}`, async ({ show, rest, name }) => {
    test.slow()
    const client = await peopled({ show, rest, name, user: 'owner', attributes: { theme } })
    expect(await serious(client), 'the room').toEqual([])
    await client.element.getByRole('button', { name: /watching/ }).click()
    await expect(client.element.getByRole('dialog', { name: 'Audience' })).toBeVisible()
    expect(await serious(client), 'the audience').toEqual([])
    await client.page.keyboard.press('Escape')
    await client.element.getByRole('button', { name: 'Send a gift' }).click()
    await expect(client.element.locator('live-gifts [part=panel]')).toBeVisible()
    expect(await serious(client), 'the gifts').toEqual([])
    await client.page.keyboard.press('Escape')
    await client.element.getByRole('button', { name: 'Emoji' }).click()
    await expect(client.element.getByRole('button', { name: 'Emoji', exact: true })).toHaveAttribute('aria-expanded', 'true')
    expect(await serious(client), 'the emoji').toEqual([])
    await client.page.keyboard.press('Escape')
    await client.element.getByRole('button', { name: 'More', exact: true }).click()
    await client.element.getByRole('button', { name: 'QR code' }).click()
    await expect(client.element.getByRole('img', { name: /QR code/ })).toBeVisible()
    expect(await serious(client), 'the menu').toEqual([])
    await client.page.keyboard.press('Escape')
    await client.element.getByRole('button', { name: 'Host tools' }).click()
    await expect(client.element.locator('live-host-tools details').first()).toBeVisible()
    const closed = client.element.locator('live-host-tools details:not([open])')
    for (let left = await closed.count(); left > 0; left -= 1) {
      await closed.first().locator('summary').click()
      await expect(closed).toHaveCount(left - 1)
    }
    expect(await serious(client), 'the tools').toEqual([])
  })
}

/** What the keyboard stands on, through all shadow trees: its role or tag, and its name. */
const focused = client =>
  client.page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    return at ? `${at.getAttribute('role') ?? at.localName} ${at.getAttribute('aria-label') ?? at.textContent.trim()}`.trim() : ''
  })

/** Presses Tab until the keyboard stands on what is wanted; fails after a round. */
async function tabTo(client, wanted) {
  const seen = []
  for (let step = 0; step < 40; step += 1) {
    await client.page.keyboard.press('Tab')
    const at = await focused(client)
    if (wanted.test(at)) return at
    seen.push(at)
  }
  throw new Error(`Tab never came to ${wanted}; it came to: ${seen.join(' | ')}`)
}

test('with the keyboard alone: read, open a menu, write, share, mute', async ({ show, rest, name }) => {
  const client = await peopled({ show, rest, name, user: 'owner' })
  await client.page.evaluate(() => {
    window.shared = []
    addEventListener('share', event => {
      event.preventDefault()
      window.shared.push(event.detail.url)
    })
  })
  const keys = client.page.keyboard
  // share
  await tabTo(client, /^button Share/)
  await keys.press('Enter')
  expect(await client.page.evaluate(() => window.shared)).toHaveLength(1)
  // read: the list is one stop, arrows go from message to message
  await tabTo(client, /^log/)
  await keys.press('ArrowUp')
  await expect.poll(() => focused(client)).toMatch(/^article Bob.*sent Rose/)
  await keys.press('ArrowUp')
  await keys.press('ArrowUp')
  await expect.poll(() => focused(client)).toMatch(/^article Bob, .*good evening/)
  // mute, from the menu of the message
  await keys.press('m')
  await expect(client.page.getByRole('menu')).toBeVisible()
  await client.page.getByRole('menuitem', { name: 'Mute', exact: true }).focus()
  await keys.press('Enter')
  await expect(client.page.getByRole('menuitem', { name: '10 min' })).toBeVisible()
  while (!/10 min/.test(await focused(client))) await keys.press('ArrowDown')
  await keys.press('Enter')
  await expect(client.element.locator('live-toasts')).toContainText('Muted')
  await expect.poll(() => focused(client), 'the focus is back where it was').toBe('button More about Bob')
  // write
  await tabTo(client, /^textarea/)
  await keys.type('written by keys')
  await keys.press('Enter')
  await expect(client.element.locator('live-chat .row.said').filter({ hasText: 'written by keys' })).toHaveClass(/\bsaid said\b/)
})

test('what was opened by keys gives the keyboard back when it closes', async ({ show, rest, name }) => {
  const client = await peopled({ show, rest, name, user: 'owner' })
  const keys = client.page.keyboard
  const opened = async (button, inside) => {
    const opener = new RegExp(`^button .*${button.source.replaceAll(/[$^]/g, '')}`)
    await client.element.getByRole('button', { name: button }).focus()
    await keys.press('Enter')
    await expect(client.element.getByRole('button', { name: inside })).toBeVisible()
    await keys.press('Tab')
    await expect.poll(() => focused(client), 'inside').toBe(`button ${inside}`)
    await keys.press('Escape')
    await expect.poll(() => focused(client), 'and back').toMatch(opener)
  }
  await opened(/^More$/, 'Copy link')
  await opened(/watching/, 'Close')
  await client.element.getByRole('button', { name: 'Host tools' }).focus()
  await keys.press('Enter')
  await client.element.getByRole('button', { name: 'Back to chat' }).focus()
  await keys.press('Enter')
  await expect.poll(() => focused(client)).toBe('button Host tools')
})

test('what a moderator did is told in one sentence, and Ctrl+Z takes it back; where he writes it is the box’s', async ({ show, rest, name }) => {
  const client = await peopled({ show, rest, name, user: 'owner' })
  const keys = client.page.keyboard
  const spoken = client.element.locator('live-toasts .unseen[aria-live=polite]')
  await client.element.getByRole('log').focus()
  await keys.press('ArrowUp')
  await keys.press('m')
  await client.page.getByRole('menuitem', { name: 'Mute', exact: true }).press('Enter')
  await client.page.getByRole('menuitem', { name: '10 min' }).press('Enter')
  await expect(spoken).toHaveText(/^Muted · .*Bob.* · 10 min\. Undo: Ctrl\+Z$/)
  await client.element.getByRole('textbox').focus()
  await keys.press('Control+z')
  await client.element.getByRole('log').focus()
  await expect(spoken).toHaveText('')
  await keys.press('Control+z')
  await expect(spoken).toHaveText(/^Unmuted · .*Bob/)
})

test('letters typed into the box are letters, never shortcuts', async ({ show, rest, name }) => {
  const client = await peopled({ show, rest, name, user: 'ada' })
  await client.element.getByRole('textbox').pressSequentially('mkf m')
  await expect(client.element.getByRole('textbox')).toHaveValue('mkf m')
  await expect(client.page.getByRole('menu')).toHaveCount(0)
})

test('who wants no motion gets none, and may stop it here too', async ({ show, rest, name }) => {
  const client = await peopled({ show, rest, name, user: 'ada' })
  const moving = () =>
    client.page.evaluate(() => {
      const all = root => [...root.querySelectorAll('*')].flatMap(element => [...element.getAnimations(), ...(element.shadowRoot ? all(element.shadowRoot) : [])])
      // A fade is no motion.
      return all(document).filter(({ playState, effect }) => playState === 'running' && effect.getKeyframes().some(frame => frame.transform && frame.transform !== 'none')).length
    })
  const stir = async text => {
    await rest.sendText(client.room, text)
    await client.element.getByRole('button', { name: /^Like/ }).click()
    await rest.sendBody(client.room, [{ MsgType: 'TIMCustomElem', MsgContent: { Data: '{"type":"gift","gift":"crown","count":1}', Desc: '', Ext: '' } }])
    await expect(client.element.locator('live-chat .row.said').filter({ hasText: text })).toHaveCount(1)
  }
  client.room = await client.element.evaluate(element => element.room.roomId)
  await stir('with motion')
  await expect.poll(moving).toBeGreaterThan(0)
  await client.element.getByRole('button', { name: 'More', exact: true }).click()
  await client.element.getByRole('button', { name: 'Stop all motion' }).click()
  await expect.poll(moving).toBe(0)
  await stir('without motion')
  expect(await moving()).toBe(0)

  await client.element.getByRole('button', { name: 'More', exact: true }).click()
  await client.element.getByRole('button', { name: 'Allow motion' }).click()
  await stir('again with motion')
  await expect.poll(moving).toBeGreaterThan(0)
})

test('the system’s wish for less motion is heard', async ({ show, rest, name }) => {
  const client = await peopled({ show, rest, name, user: 'ada' })
  await client.page.emulateMedia({ reducedMotion: 'reduce' })
  await expect.poll(() => client.element.evaluate(element => element.shadowRoot.querySelector('live-danmaku').active)).toBe(false)
})
