// What others write is data: nothing of it becomes markup, a script, a request, or a style. The page has no policy that would
// stop it.
import { expect, test } from './fixtures.mjs'

const MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><svg onload=window.pwned=1>'
const LINK = 'javascript:window.pwned=1'
const BREAK = '"><b onmouseover=window.pwned=1>\u202Eevil\u202C`${window.pwned=1}`{{constructor.constructor("window.pwned=1")()}}'

/** All elements of all shadow trees, with what could act among their attributes. */
function suspects() {
  const found = []
  const look = root => {
    for (const element of root.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name) || /^\s*javascript:/i.test(value)) found.push(`${element.localName} ${name}=${value.slice(0, 60)}`)
      }
      if (['script', 'iframe', 'object', 'embed', 'link', 'base'].includes(element.localName) && element.getRootNode() !== document) found.push(element.localName)
      if (element.shadowRoot) look(element.shadowRoot)
    }
  }
  look(document)
  return { found, pwned: window.pwned }
}

test('nick, avatar, text, custom data, room name, notice and gift fields are inert', async ({ show, rest, name }) => {
  const [room, evil, host] = [name('room'), name('evil'), name('host')]
  await rest.importAccount(evil, { nick: `${MARKUP}`.slice(0, 100), avatar: LINK })
  await rest.importAccount(host)
  await rest.createRoom(room, { name: '<i onclick=1>room', owner: host })
  await rest.modifyRoom(room, { Notification: `${MARKUP.slice(0, 90)}` })
  const talk = [
    () => rest.sendText(room, `before ${MARKUP}`, { from: evil }), // is told as history
  ]
  for (const say of talk) await say()

  const client = await show('live-room', { room, user: host, nick: BREAK, path: '/live-room?lax' })
  const custom = data => ({ MsgType: 'TIMCustomElem', MsgContent: { Data: data, Desc: MARKUP, Ext: MARKUP } })
  await rest.sendText(room, MARKUP, { from: evil, cloudCustomData: JSON.stringify({ level: MARKUP, tags: [MARKUP, BREAK, '<b>', { toString: 1 }] }) })
  await rest.sendText(room, `${LINK} ${BREAK}`, { from: evil })
  await rest.sendBody(room, [custom(JSON.stringify({ type: 'gift', gift: MARKUP.slice(0, 60), count: 1e99, icon: LINK, name: MARKUP, price: MARKUP }))], { from: evil, priority: 'High' })
  await rest.sendBody(room, [custom(`{"type":"gift","gift":"__proto__","count":"${BREAK.replaceAll('"', '')}"}`)], { from: evil })
  await rest.sendBody(room, [custom('{"type":"like","count":-1}')], { from: evil })
  await rest.sendBody(room, [custom('{"__proto__":{"type":"gift","gift":"x"}}')], { from: evil })
  await rest.sendBody(room, [{ MsgType: 'TIMFaceElem', MsgContent: { Index: 1, Data: MARKUP } }], { from: evil })
  await rest.notify(room, MARKUP)
  await rest.modifyRoom(room, { Name: '<b>renamed', Notification: BREAK })
  await rest.sendText(room, 'the last word', { from: evil })

  await expect(client.element.getByText('the last word').first()).toBeVisible()
  await expect(client.element.getByText(MARKUP, { exact: true }).first(), 'shown as it was written').toBeAttached()
  await expect(client.element.locator('h2').first()).toHaveText('<b>renamed')
  // Menus and panels show the same texts once more.
  await client.element.locator('live-audience').getByRole('button').first().click()
  await expect.poll(() => client.page.evaluate(suspects)).toEqual({ found: [], pwned: undefined })
  expect(await client.page.evaluate(() => ({}).type), 'nobody taught all objects to be gifts').toBeUndefined()
})
