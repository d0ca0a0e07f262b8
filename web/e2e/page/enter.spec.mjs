// An element enters a room by itself.
import { expect, test } from './fixtures.mjs'

test('an element with attributes enters as a guest, and as a user when it is given one', async ({ show, rest, name }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room, { name: 'Living room' })
  const client = await show('live-room', { room })
  expect(await client.element.evaluate(element => element.room.view.name)).toBe('Living room')
  const host = await show('live-room', { room, user: ada, nick: 'Ada' })
  expect(await host.element.evaluate(element => element.room.view.me)).toMatchObject({ nick: 'Ada', role: 'member', maySpeak: true })
})

test('an element that is moved goes on in its room; one that is taken off the page leaves it', async ({ show, rest, name }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room)
  const watcher = await show('live-room', { room })
  const client = await show('live-room', { room, user: ada })
  await expect.poll(() => watcher.element.evaluate(element => element.room.view.online.members)).toBe(1)
  await watcher.element.evaluate(element => {
    window.moves = []
    for (const name of ['came', 'went']) element.room.on(name, () => window.moves.push(name))
  })
  const stayed = await client.element.evaluate(async element => {
    const { room } = element
    const place = document.createElement('div')
    document.body.append(place)
    place.append(element)
    await element.updateComplete
    return element.room === room && element.view === room.view
  })
  expect(stayed).toBe(true)
  await rest.sendText(room, 'still here?')
  await expect(client.element.getByText('still here?').first()).toBeVisible()
  await expect(watcher.element.getByText('still here?').first()).toBeVisible()
  expect(await watcher.page.evaluate(() => window.moves)).toEqual([])
  const [away, back] = await client.element.evaluate(async element => {
    const { room } = element
    element.remove()
    await element.updateComplete
    const away = element.room
    document.body.append(element)
    await element.updateComplete
    return [away, element.room && element.room !== room]
  })
  expect([away, back]).toEqual([undefined, true])
  await expect.poll(() => client.element.evaluate(element => element.room.view.phase)).toBe('in')
})

test('what is loaded when it is needed: the menu of a room, and the word when one is put out', async ({ show, rest, name }) => {
  const [room, ada, host] = [name('room'), name('ada'), name('host')]
  await rest.importAccount(host)
  await rest.createRoom(room, { owner: host })
  const client = await show('live-room', { room, user: ada })
  const asked = []
  client.page.on('request', request => asked.push(new URL(request.url()).pathname))
  const more = client.element.getByRole('button', { name: 'More', exact: true })
  const menu = client.element.locator('#menu')
  await more.click()
  await expect(menu.getByRole('button')).toContainText(['Copy link', 'QR code', 'Stop all motion', 'Report this room'])
  await menu.getByRole('button', { name: 'QR code' }).click()
  await expect(menu.getByRole('img', { name: /QR code/ })).toBeVisible()
  expect(asked).toEqual(['/later/room-menu.js', '/later/qrcode-generator.js'])
  // as any popover: the button that opened it closes it
  await more.click()
  await expect(menu).toBeHidden()
  await more.click()
  await expect(menu).toBeVisible()
  await client.page.keyboard.press('Escape')
  await expect(menu).toBeHidden()
  await expect(more).toBeFocused()
  await client.element.getByRole('button', { name: /watching/ }).click()
  await expect(client.element.getByRole('dialog', { name: 'Audience' }).getByRole('listitem')).toHaveCount(1)
  await client.page.keyboard.press('Escape')
  await rest.kick(ada)
  await expect(client.element.getByRole('dialog', { name: 'You were logged out' })).toContainText('You were logged out by the operator.')
  await expect(client.element.getByRole('dialog', { name: 'You were logged out' }), 'whoever was in the room is led there').toBeFocused()
  await client.element.getByRole('button', { name: 'Watch as a guest' }).click()
  await expect(client.element.getByRole('dialog', { name: 'You were logged out' })).toHaveCount(0)
  expect(asked.slice(2)).toEqual(['/later/audience-panel.js', '/later/room-outcome.js'])
})

test('a chat that comes late begins with what was said, and lines given as an attribute reach the player', async ({ show, rest, name }) => {
  const [room, host] = [name('room'), name('host')]
  await rest.createRoom(room, { owner: host })
  const lines = JSON.stringify([{ name: 'Fast', url: '/no.flv' }])
  const client = await show('live-room', { room, attributes: { bare: '' } })
  client.tolerate(/no\.flv|404/)
  await rest.sendText(room, 'early bird', { from: host })
  await expect.poll(() => client.element.evaluate(element => element.room.recent.length)).toBe(1)
  await client.element.evaluate((element, lines) => {
    element.append(document.createElement('live-chat'))
    const whole = document.createElement('live-room')
    whole.setAttribute('lines', lines)
    document.body.append(whole)
  }, lines)
  const row = client.page.locator('live-chat .row.said').filter({ hasText: 'early bird' })
  await expect(row).toHaveCount(1)
  await expect(row.locator('.badge'), 'who hosts is known by then').toHaveText('host')
  await expect.poll(() => client.page.locator('live-room live-player').evaluate(player => player.lines)).toEqual(JSON.parse(lines))
})

test('whoever is elsewhere on the page when he is logged out is called, and not moved', async ({ show, rest, name }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room)
  const client = await show('live-room', { room, user: ada })
  await client.page.evaluate(() => document.body.prepend(Object.assign(document.createElement('input'), { id: 'search' })))
  await client.page.locator('#search').focus()
  await rest.kick(ada)
  await expect(client.element.getByRole('alertdialog', { name: 'You were logged out' })).toBeVisible()
  await expect(client.page.locator('#search')).toBeFocused()
})
