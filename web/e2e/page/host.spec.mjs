// What hosts and moderators do from the page, and who is in the room.
import { Rest } from '../lib/rest.mjs'
import { expect, test } from './fixtures.mjs'

const HOSTILE = '<img src=x onerror=alert(1)>\u202e"\'&amp;'

/** What the elements tell the page: `window.deeds` and `window.toasts`. */
const record = client =>
  client.page.evaluate(() => {
    window.deeds = []
    window.toasts = []
    addEventListener('moderated', ({ detail }) => window.deeds.push(detail))
    addEventListener('live-toast', ({ detail }) => window.toasts.push(detail))
  })

const view = (client, pick) => client.element.evaluate((element, pick) => pick.split('.').reduce((at, key) => at?.[key], element.room.view), pick)
const lastToast = client => client.page.evaluate(() => window.toasts.at(-1)?.text ?? '')
const lastDeed = client => client.page.evaluate(() => window.deeds.at(-1))
const undo = client => client.page.evaluate(() => window.toasts.at(-1).undo.act())

/** The owner with his tools and the audience, and a viewer. */
async function peopled({ show, rest, name, server, size, viewerNick = 'Vera' }) {
  const [room, owner, viewer] = [name('room'), name('owner'), name('viewer')]
  await rest.createRoom(room, { owner })
  const place = { room, ...(server && { server }) }
  const host = await show('live-room', { ...place, user: owner, nick: 'Olga', attributes: { bare: '' }, ...(size && { size }) })
  const fan = await show('live-room', { ...place, user: viewer, nick: viewerNick, attributes: { bare: '' } })
  for (const client of [host, fan]) {
    await record(client)
    await client.element.evaluate(element => element.append(document.createElement('live-audience'), document.createElement('live-host-tools')))
  }
  await expect.poll(() => view(host, 'me.mayModerate')).toBe(true)
  return { room, host, fan, owner, viewer }
}

const openPanel = async client => {
  await client.page.locator('live-audience').getByRole('button', { name: /watching/ }).click()
  await expect(client.page.getByRole('dialog', { name: 'Audience' })).toBeVisible()
}
const rowOf = (client, nick) => client.page.locator('live-audience').getByRole('listitem').getByRole('button', { name: nick })
const choose = async (client, nick, ...items) => {
  await rowOf(client, nick).click()
  for (const item of items) await client.page.getByRole('menuitem', { name: item, exact: true }).click()
}
const tools = client => client.page.locator('live-host-tools')
const section = (client, id) => tools(client).locator(`#${id}`)
const openSection = async (client, id) => {
  await section(client, id).locator('summary').click()
  await expect(section(client, id)).toHaveAttribute('open')
}
const say = (client, text) => client.element.evaluate((element, text) => void element.room.say(text), text)
const keepsHearing = client =>
  client.element.evaluate(element => {
    window.heard = []
    element.room.on('messages', messages => window.heard.push(...messages))
  })
const texts = client => client.page.evaluate(() => window.heard.filter(({ delivery, removed }) => delivery === 'said' && !removed).map(({ text }) => text))

test('a host mutes for ten minutes: the muted one is told within a second, and undo lets him speak again', async ({ show, rest, name }) => {
  const { host, fan, viewer } = await peopled({ show, rest, name })
  await openPanel(host)
  await choose(host, 'Vera', 'Mute')
  const from = Date.now()
  await host.page.getByRole('menuitem', { name: '10 min', exact: true }).click()
  await expect.poll(() => view(fan, 'me.maySpeak'), { intervals: [20] }).toBe(false)
  expect(Date.now() - from).toBeLessThan(1000)
  expect(await view(fan, 'me.mutedUntil')).toBeGreaterThan(Date.now() + 590_000)
  await expect.poll(() => lastToast(host)).toMatch(/^Muted · .Vera. · 10 min$/)
  expect(await lastDeed(host)).toMatchObject({ action: 'mute', userId: viewer, detail: { seconds: 600 } })
  await expect(rowOf(host, 'Vera')).toContainText('muted')
  await undo(host)
  await expect.poll(() => view(fan, 'me.maySpeak')).toBe(true)
  await expect.poll(() => lastDeed(host)).toMatchObject({ action: 'unmute', userId: viewer })
  await expect(rowOf(host, 'Vera')).not.toContainText('muted')
})

test('a mute can be lifted from the menu and from the list, and a longer one undone gives the shorter one back', async ({ show, rest, name }) => {
  const { host, fan } = await peopled({ show, rest, name })
  await openPanel(host)
  await choose(host, 'Vera', 'Mute', '1 hr')
  await expect.poll(() => view(fan, 'me.maySpeak')).toBe(false)
  // The menu asks whether he is muted.
  await rowOf(host, 'Vera').click()
  await expect(host.page.getByRole('menuitem', { name: 'Unmute' })).toBeVisible()
  await host.page.getByRole('menuitem', { name: 'Mute', exact: true }).click()
  await host.page.getByRole('menuitem', { name: 'permanently' }).click()
  await expect.poll(() => view(fan, 'me.mutedUntil')).toBe(Infinity)
  await undo(host)
  await expect.poll(async () => Math.round(((await view(fan, 'me.mutedUntil')) - Date.now()) / 60_000)).toBe(60)
  await host.page.keyboard.press('Escape')
  await openSection(host, 'muted')
  await section(host, 'muted').getByRole('button', { name: /Unmute/ }).click()
  await expect.poll(() => view(fan, 'me.maySpeak')).toBe(true)
  await expect(section(host, 'muted')).toContainText('Nobody')
  await expect(section(host, 'muted').locator('summary')).toBeFocused()
})

test('a ban is asked for first, ends in the reason on the other side, and is lifted from the list', async ({ show, rest, name }) => {
  const { host, fan, viewer } = await peopled({ show, rest, name })
  await openPanel(host)
  await choose(host, 'Vera', 'Ban', '1 day')
  const ask = host.page.getByRole('alertdialog', { name: /Ban .*Vera/ })
  await expect(ask).toBeVisible()
  await expect(ask.getByRole('button', { name: 'Cancel' })).toBeFocused()
  expect(await view(fan, 'phase')).toBe('in')
  await ask.getByLabel(/Reason/).fill('spam')
  await ask.getByRole('button', { name: 'Ban' }).click()
  await expect.poll(() => view(fan, 'phase')).toBe('out')
  const outcome = await view(fan, 'outcome')
  expect(outcome).toMatchObject({ why: 'banned', reason: 'spam' })
  expect(outcome.until).toBeGreaterThan(Date.now() + 86_000_000)
  await expect(rowOf(host, 'Vera')).toHaveCount(0)
  await host.page.keyboard.press('Escape')
  await openSection(host, 'banned')
  await expect(section(host, 'banned')).toContainText(viewer)
  await section(host, 'banned').getByRole('button', { name: /Unban/ }).click()
  await expect(section(host, 'banned')).toContainText('Nobody')
  await fan.element.evaluate(element => void element.room.enter())
  await expect.poll(() => view(fan, 'phase')).toBe('in')
})

test('cancel removes nobody; a plain remove lets him come back', async ({ show, rest, name }) => {
  const { host, fan } = await peopled({ show, rest, name })
  await openPanel(host)
  await choose(host, 'Vera', 'Remove')
  await host.page.getByRole('button', { name: 'Cancel' }).click()
  await expect(host.page.getByRole('alertdialog')).toHaveCount(0)
  await expect(rowOf(host, 'Vera')).toBeFocused()
  await choose(host, 'Vera', 'Remove')
  await host.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect.poll(() => view(fan, 'outcome')).toEqual({ why: 'removed', reason: '' })
  expect(await host.page.evaluate(() => window.deeds.map(({ action }) => action))).toEqual(['remove'])
  await fan.element.evaluate(element => void element.room.enter())
  await expect.poll(() => view(fan, 'phase')).toBe('in')
  await expect(rowOf(host, 'Vera')).toBeVisible()
})

/** The menu of a message, as the chat opens it: from an anchor inside an element. */
const menuOfMessage = (client, text) =>
  client.page.evaluate(text => {
    const message = window.heard.find(message => message.text === text)
    const host = document.querySelector('live-audience')
    PlauditLiveRoom.openPersonMenu(host, host.renderRoot.querySelector('#count'), { person: message.from, message })
  }, text)

test('a message is deleted for everybody, then what its sender said lately; one that is gone is refused in words', async ({ show, rest, name }) => {
  const { host, fan, viewer } = await peopled({ show, rest, name })
  for (const client of [host, fan]) await keepsHearing(client)
  for (const text of ['one', 'two', 'three']) await say(fan, text)
  await expect.poll(() => texts(host)).toEqual(['one', 'two', 'three'])
  await menuOfMessage(host, 'one')
  await host.page.getByRole('menuitem', { name: 'Delete message' }).click()
  for (const client of [host, fan]) await expect.poll(() => texts(client)).toEqual(['two', 'three'])
  expect(await lastDeed(host)).toMatchObject({ action: 'delete', userId: viewer })
  await menuOfMessage(host, 'two')
  await host.page.getByRole('menuitem', { name: 'Delete recent messages' }).click()
  await host.page.getByRole('alertdialog', { name: /2 messages/ }).getByRole('button', { name: 'Delete' }).click()
  for (const client of [host, fan]) await expect.poll(() => texts(client)).toEqual([])
  await expect.poll(() => lastToast(host)).toBe('2 messages deleted')
  const refused = await host.element.evaluate(element => element.room.host.delete([{ sequence: 987654 }]).catch(({ data }) => data.cause))
  expect(refused).toBe('no_message')
})

test('slow mode, mute-all and the notice hold for everybody at once', async ({ show, rest, name }) => {
  const { host, fan } = await peopled({ show, rest, name })
  await tools(host).getByLabel('Slow mode').selectOption('30')
  await expect.poll(() => view(fan, 'rules.slowMode')).toBe(30)
  expect(await lastDeed(host)).toMatchObject({ action: 'rules', detail: { slowMode: 30 } })
  await tools(host).getByLabel('Slow mode').selectOption('own')
  await tools(host).getByLabel('Seconds').fill('7')
  await tools(host).getByLabel('Seconds').press('Tab')
  await expect.poll(() => view(fan, 'rules.slowMode')).toBe(7)
  await tools(host).getByLabel('Slow mode').selectOption('0')
  await expect.poll(() => view(fan, 'rules.slowMode')).toBe(0)
  await tools(host).getByRole('switch', { name: 'Mute everybody' }).check()
  await expect.poll(() => view(fan, 'rules.muteAll')).toBe(true)
  await tools(host).getByRole('switch', { name: 'Mute everybody' }).uncheck()
  await expect.poll(() => view(fan, 'rules.muteAll')).toBe(false)
  await openSection(host, 'notice')
  await tools(host).getByRole('textbox').fill(`Be kind ${HOSTILE}`)
  await tools(host).getByRole('button', { name: 'Pin' }).click()
  await expect.poll(() => view(fan, 'notice')).toBe(`Be kind ${HOSTILE}`)
  await tools(host).getByRole('textbox').fill('字'.repeat(101))
  await expect(tools(host).getByRole('button', { name: 'Pin' })).toBeDisabled()
  await tools(host).getByRole('button', { name: 'Take down' }).click()
  await expect.poll(() => view(fan, 'notice')).toBe('')
})

test('rate, links, words and guests are rules that come back from the server', async ({ show, rest, name }) => {
  const { host, fan } = await peopled({ show, rest, name })
  const now = () => host.element.evaluate(element => element.room.host.rules())
  await expect(tools(host).getByLabel('Forbidden words')).toHaveValue('block')
  await tools(host).getByLabel('Forbidden words').selectOption('mask')
  await expect.poll(async () => (await now()).words).toBe('mask')
  const rate = tools(host).getByLabel('Messages per second')
  await rate.fill('3')
  await rate.press('Tab')
  await expect.poll(async () => (await now()).rate).toBe(3)
  await rate.fill('')
  await rate.press('Tab')
  await expect.poll(async () => (await now()).rate ?? null).toBe(null)
  await tools(host).getByRole('switch', { name: 'Refuse links' }).check()
  await tools(host).getByRole('switch', { name: 'Guests may read' }).uncheck()
  await expect.poll(async () => await now()).toMatchObject({ refuseLinks: true, guests: false })
  await expect.poll(() => view(fan, 'rules')).toMatchObject({ refuseLinks: true, guests: false })
})

test('messages that are held back are released and removed, one and all', async ({ show, rest, name }) => {
  const { host, fan } = await peopled({ show, rest, name })
  await keepsHearing(host)
  await tools(host).getByLabel('Hold messages back').selectOption('10')
  await expect.poll(() => view(fan, 'rules.holdBack')).toBe(10)
  const waiting = section(host, 'waiting')
  for (const text of ['good', 'bad', HOSTILE]) await say(fan, text)
  await expect(waiting.getByRole('listitem')).toHaveCount(3)
  await expect(waiting).toContainText(HOSTILE)
  await expect(waiting).toContainText(/\d+ sec/)
  await waiting.getByRole('listitem').filter({ hasText: 'good' }).getByRole('button', { name: 'Release' }).click()
  await expect.poll(() => texts(host)).toEqual(['good'])
  await waiting.getByRole('listitem').filter({ hasText: 'bad' }).getByRole('button', { name: 'Remove' }).click()
  await waiting.getByRole('button', { name: 'Release all' }).click()
  await expect.poll(() => texts(host)).toEqual(['good', HOSTILE])
  await host.page.mouse.move(0, 0)
  await host.page.evaluate(() => document.activeElement.blur())
  await expect(waiting.getByRole('listitem')).toHaveCount(0)
  const { rejected } = await host.element.evaluate(element => element.room.host.tally())
  expect(rejected).toEqual({ moderator: 1 })
})

test('what was dropped in a flood stands in the last minute, with its cause', async ({ startServer, show, name }) => {
  const server = await startServer({ set: { 'rooms.rate_per_s': '1', 'rooms.max_wait_ms': '100' } })
  const { host, fan } = await peopled({ show, rest: new Rest(server), name, server })
  for (let n = 0; n < 12; n += 1) await say(fan, `m${n}`)
  await expect(section(host, 'now')).toContainText('12 offered')
  await expect(section(host, 'now').getByRole('img')).toHaveAttribute('aria-label', /dropped [1-9]/)
  await expect(section(host, 'now')).toContainText(/waited too long|room too busy/)
  const widths = await section(host, 'now').locator('rect').evaluateAll(all => all.map(rect => Number(rect.getAttribute('width'))))
  expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100)
})

test('the account is asked for while it can be seen only', async ({ show, rest, name }) => {
  const { host } = await peopled({ show, rest, name })
  await host.element.evaluate(element => {
    window.asked = 0
    const { tally } = element.room.host
    element.room.host.tally = function () {
      window.asked += 1
      return tally.call(this)
    }
  })
  const asked = () => host.page.evaluate(() => window.asked)
  await expect.poll(asked).toBeGreaterThan(0)
  await host.page.locator('live-host-tools').evaluate(element => (element.hidden = true))
  // Two frames after it is hidden nobody looks any more; the clock goes on by hand.
  await expect.poll(() => host.page.locator('live-host-panel').evaluate(element => element.seen)).toBe(false)
  const before = await asked()
  await host.page.locator('live-host-panel').evaluate(element => Array.from({ length: 12 }, () => element.beat()))
  expect(await asked()).toBe(before)
  await host.page.locator('live-host-tools').evaluate(element => (element.hidden = false))
  await expect.poll(asked).toBeGreaterThan(before)
  // Answers must not ask again by being shown.
  expect(await asked()).toBeLessThan(before + 5)
})

test('the owner makes an admin, who sees the tools at once, cannot touch the owner, and loses them again', async ({ show, rest, name }) => {
  const { host, fan, viewer, owner } = await peopled({ show, rest, name })
  await openPanel(host)
  await expect(tools(fan).getByRole('group', { name: 'Host tools' })).toHaveCount(0)
  await choose(host, 'Vera', 'Make admin')
  await expect(tools(fan).getByRole('group', { name: 'Host tools' })).toBeVisible()
  expect(await lastDeed(host)).toMatchObject({ action: 'admin', userId: viewer })
  await openPanel(fan)
  await rowOf(fan, 'Olga').click()
  await expect(fan.page.getByRole('menuitem', { name: 'Mention' })).toBeVisible()
  await expect(fan.page.getByRole('menuitem', { name: 'Mute' })).toHaveCount(0)
  const refused = await fan.element.evaluate((element, owner) => element.room.host.mute(owner, 60).then(() => 0, ({ code }) => code), owner)
  expect(refused).toBeGreaterThan(0)
  await undo(host)
  await expect(tools(fan).getByRole('group', { name: 'Host tools' })).toHaveCount(0)
})

test('a member without rights sees no tools, and the server refuses him; what it says is shown in words', async ({ show, rest, name }) => {
  const { fan, host, owner } = await peopled({ show, rest, name })
  await expect(tools(fan).locator('details')).toHaveCount(0)
  await openPanel(fan)
  await rowOf(fan, 'Olga').click()
  await expect(fan.page.getByRole('menuitem')).toHaveText(['Mention', 'Copy ID', 'Report', 'Hide what they say', 'Hidden words and people'])
  const codes = await fan.element.evaluate(async (element, owner) => {
    const { host } = element.room
    const calls = [() => host.mute(owner, 60), () => host.ban(owner, 60), () => host.setAdmin(owner, true), () => host.rules({ slowMode: 5 }), () => host.held(), () => host.tally(), () => host.muted(), () => host.setNotice('x')]
    return Promise.all(calls.map(call => call().then(() => 0, ({ code }) => code)))
  }, owner)
  expect(codes).toEqual(codes.map(() => 10007))
  // Somebody who is no moderator any more, and whose page does not know it.
  await host.element.evaluate(element => {
    element.room.host.mute = () => Promise.reject(Object.assign(new Error('no'), { code: 10007, data: { cause: 'not_moderator' } }))
  })
  await openPanel(host)
  await choose(host, 'Vera', 'Mute', '1 min')
  await expect.poll(() => lastToast(host)).toBe('Not done: you may not moderate here')
  expect(await host.page.evaluate(() => [window.toasts.at(-1).isError, window.deeds.length])).toEqual([true, 0])
})

test('a control that was refused goes back to what holds', async ({ show, rest, name }) => {
  const { host } = await peopled({ show, rest, name })
  await host.element.evaluate(element => {
    const { rules } = element.room.host
    element.room.host.rules = function (change) {
      return change ? Promise.reject(Object.assign(new Error('too much'), { code: 10004 })) : rules.call(this)
    }
    element.room.host.muteAll = () => Promise.reject(Object.assign(new Error('no network'), { code: 2800 }))
  })
  await tools(host).getByLabel('Slow mode').selectOption('60')
  await expect(tools(host).getByText('Not saved')).toHaveCount(1)
  await expect(tools(host).getByLabel('Slow mode')).toHaveValue('0')
  expect(await lastToast(host)).toBe('Not done: too much (10004)')
  await tools(host).getByRole('switch', { name: 'Mute everybody' }).click()
  await expect(tools(host).getByText('Not saved')).toHaveCount(2)
  await expect(tools(host).getByRole('switch', { name: 'Mute everybody' })).not.toBeChecked()
  expect(await lastToast(host)).toBe('Not done: no connection')
})

test('the audience: host first, then admins, then the newest; search; those who come and go', async ({ show, rest, name }) => {
  const { host, room, viewer } = await peopled({ show, rest, name, viewerNick: HOSTILE })
  await host.element.evaluate((element, viewer) => element.room.host.setAdmin(viewer, true), viewer)
  const third = await show('live-audience', { room, user: name('late'), nick: '小明' })
  const second = () => Math.floor(Date.now() / 1000)
  const joined = second()
  await openPanel(third)
  const rows = third.element.locator('.row bdi')
  await expect(rows).toHaveText(['Olga', HOSTILE, '小明'])
  expect(await third.element.locator('img, script').count()).toBe(0)
  await expect(rowOf(third, 'Olga')).toHaveText(/Host/)
  await third.page.getByRole('searchbox').fill('明')
  await expect(rows).toHaveText(['小明'])
  await third.page.getByRole('searchbox').fill(viewer.toUpperCase())
  await expect(rows).toHaveText([HOSTILE])
  await third.page.getByRole('searchbox').fill('')
  await expect.poll(second, 'who comes is told by the second').toBeGreaterThan(joined)
  const last = await show('live-audience', { room, user: name('zoe'), nick: 'Zoe' })
  await expect(rows).toHaveText(['Olga', HOSTILE, 'Zoe', '小明'])
  await last.element.evaluate(element => element.room.chat.quitGroup(element.room.roomId))
  await expect(rows).toHaveText(['Olga', HOSTILE, '小明'])
  await expect(third.element.getByRole('button', { name: /3 watching: 3 members, 0 guests/ })).toBeVisible()
})

test('a guest sees how many are here and a hint, and asks for no list', async ({ show, rest, name }) => {
  const { room } = await peopled({ show, rest, name })
  const guest = await show('live-audience', { room })
  await expect(guest.element.getByRole('button', { name: /3 watching: 2 members, 1 guest/ })).toBeVisible()
  await openPanel(guest)
  await expect(guest.page.getByText('Log in to see who is here')).toBeVisible()
  await expect(guest.page.getByRole('searchbox')).toHaveCount(0)
})

test('a big room is loaded by pages while one scrolls, up to a limit, and says how many more there are', async ({ show, rest, name }) => {
  const [room, user] = [name('room'), name('u')]
  await rest.createRoom(room)
  const client = await show('live-audience', { room, user })
  await client.element.evaluate(element => {
    window.pages = []
    element.room.members = async (before = 0) => {
      window.pages.push(before)
      const page = before / 500
      const members = Array.from({ length: 500 }, (_, index) => ({ userId: `u${before + index}`, nick: `Nick ${before + index}`, avatar: '', role: 'member', joinedAt: 1e12 - before - index, mutedUntil: 0 }))
      return { members, next: page < 5 ? before + 500 : 0 }
    }
    // The server goes on telling how many there really are.
    const { set } = element.room
    element.room.set = function (change) {
      set.call(this, { ...change, online: { members: 3000, guests: 4 } })
    }
    element.room.set({})
  })
  await openPanel(client)
  const list = client.element.locator('ul')
  await expect(list.locator('.row')).toHaveCount(500)
  await expect(list).toContainText('and 2.5k more')
  for (const loaded of [1000, 1500]) {
    await list.evaluate(element => element.scrollTo(0, element.scrollHeight))
    await expect(list.locator('.row')).toHaveCount(loaded)
  }
  await list.evaluate(element => element.scrollTo(0, element.scrollHeight))
  await client.page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  expect(await client.page.evaluate(() => window.pages)).toEqual([0, 500, 1000])
  await expect(list).toContainText('and 1.5k more')
})

test('everything by the keyboard alone', async ({ show, rest, name }) => {
  const { host, fan } = await peopled({ show, rest, name })
  const press = async (...keys) => {
    for (const key of keys) await host.page.keyboard.press(key)
  }
  await host.page.locator('live-audience').getByRole('button', { name: /watching/ }).focus()
  await press('Enter')
  await expect(rowOf(host, 'Vera')).toBeVisible()
  await press('Tab', 'Tab', 'Tab') // close, search, list
  await expect(rowOf(host, 'Olga')).toBeFocused()
  await press('ArrowDown')
  await expect(rowOf(host, 'Vera')).toBeFocused()
  await press('Enter')
  await expect(host.page.getByRole('menuitem', { name: 'Mention' })).toBeFocused()
  await press('End')
  await expect(host.page.getByRole('menuitem', { name: 'Make admin' })).toBeFocused()
  await press('ArrowDown')
  await expect(host.page.getByRole('menuitem', { name: 'Mention' })).toBeFocused()
  await press('Escape')
  await expect(host.page.getByRole('menu')).toHaveCount(0)
  await expect(rowOf(host, 'Vera')).toBeFocused()
  await expect(host.page.getByRole('dialog', { name: 'Audience' })).toBeVisible()
  await press('Enter')
  await host.page.getByRole('menuitem', { name: 'Ban' }).focus()
  await press('Enter')
  await expect(host.page.getByRole('menuitem', { name: '1 min' })).toBeFocused()
  await press('ArrowLeft')
  await expect(host.page.getByRole('menuitem', { name: 'Mention' })).toBeFocused()
  await host.page.getByRole('menuitem', { name: 'Ban' }).focus()
  await press('Enter', 'ArrowDown', 'Enter')
  await expect(host.page.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await press('Tab', 'Tab')
  await expect(host.page.getByLabel(/Reason/)).toBeFocused()
  await host.page.keyboard.type('bye')
  await press('Enter')
  await expect.poll(() => view(fan, 'outcome')).toMatchObject({ why: 'banned', reason: 'bye' })
})

test('the menu goes with its anchor, stands inside a narrow window, and there is one at a time', async ({ show, rest, name }) => {
  const { host } = await peopled({ show, rest, name, size: { width: 360, height: 640 } })
  await openPanel(host)
  await rowOf(host, 'Vera').click()
  await expect(host.page.getByRole('menu')).toBeVisible()
  const box = await host.page.getByRole('menu').boundingBox()
  expect(box.x).toBeGreaterThanOrEqual(0)
  expect(box.x + box.width).toBeLessThanOrEqual(360)
  expect(box.y + box.height).toBeLessThanOrEqual(640)
  await rowOf(host, 'Olga').evaluate(row => row.click())
  await expect(host.page.getByRole('menu')).toHaveCount(1)
  await expect(host.page.getByRole('menu', { name: /Olga/ })).toBeVisible()
  await host.element.evaluate(element => element.querySelector('live-audience').renderRoot.querySelectorAll('.row').forEach(row => row.remove()))
  await expect(host.page.getByRole('menu')).toHaveCount(0)
})

test('mention and report are told to the page', async ({ show, rest, name }) => {
  const { host, viewer } = await peopled({ show, rest, name })
  await host.page.evaluate(() => {
    window.told = []
    for (const type of ['mention', 'report']) addEventListener(type, ({ detail }) => window.told.push([type, detail.person.userId]))
  })
  await openPanel(host)
  await choose(host, 'Vera', 'Mention')
  await choose(host, 'Vera', 'Report')
  expect(await host.page.evaluate(() => window.told)).toEqual([['mention', viewer], ['report', viewer]])
})

test('over a standing picture the head can be pressed, too: tools open, and close', async ({ show, rest, name }) => {
  const [room, owner] = [name('room'), name('owner')]
  await rest.createRoom(room, { owner })
  const host = await show('live-room', { room, user: owner, attributes: { layout: 'overlay' }, size: { width: 360, height: 740 } })
  await host.element.getByRole('button', { name: 'Host tools' }).click()
  await expect(host.element.getByText('Room rules')).toBeVisible()
  await host.element.getByRole('button', { name: 'Back to chat' }).click()
  await expect(host.element.getByRole('textbox')).toBeVisible()
})
