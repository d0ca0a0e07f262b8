// What moves over the picture: bullet comments, hearts, gifts.
import { expect, test } from './fixtures.mjs'
import { Rest } from '../lib/rest.mjs'

const gift = (rest, room, data, from) => rest.sendBody(room, [{ MsgType: 'TIMCustomElem', MsgContent: { Data: typeof data === 'string' ? data : JSON.stringify(data), Desc: '', Ext: '' } }], { from })
const rose = (count = 1, id = 'rose') => ({ type: 'gift', gift: id, count })
const calm = client => client.page.emulateMedia({ reducedMotion: 'reduce' })
const emit = client => client.page.evaluate(() => {
  window.heard = []
  for (const name of ['danmaku-change', 'report', 'login-request', 'gift-send', 'gift-failed', 'gift-effect', 'balance-short', 'live-toast', 'gift-panel'])
    document.addEventListener(name, ({ detail }) => window.heard.push([name, window.plain(detail)]))
})
const heard = (client, name) => client.page.evaluate(name => window.heard.filter(([its]) => its === name).map(([, detail]) => detail), name)
/** Notes every animation that starts: when, and of what. */
const noteAnimations = page =>
  page.evaluate(() => {
    window.started = []
    const { animate } = Element.prototype
    Element.prototype.animate = function (...how) {
      window.started.push({ at: performance.now(), tag: this.localName, name: this.className })
      return animate.apply(this, how)
    }
  })
const started = (page, tag) => page.evaluate(tag => window.started.filter(one => one.tag === tag).map(({ at }) => at), tag)
/** Notes what the room tells from now on. */
const note = client => client.element.evaluate(element => {
  window.noted = []
  element.room.on('messages', all => window.noted.push(...all.map(({ text, gift }) => text || gift.id)))
})
const noted = client => client.page.evaluate(() => window.noted)
const see = (page, hidden) =>
  page.evaluate(hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)

test.describe('bullet comments', () => {
  const bullets = client => client.page.locator('live-danmaku .bullet:not([hidden])')
  const add = (client, ...texts) => client.element.evaluate((element, texts) => texts.forEach(text => element.add(typeof text === 'string' ? { text } : text)), texts)

  test('what is said flies; mine has an outline, the owner a mark; gifts and what was said before do not', async ({ show, rest, name }) => {
    const [room, ada, host, bob] = [name('room'), name('ada'), name('host'), name('bob')]
    await rest.createRoom(room, { owner: host })
    await rest.importAccount(bob)
    await rest.sendText(room, 'from before', { from: bob })
    const client = await show('live-danmaku', { room, user: ada })
    await rest.sendText(room, '<b>hello</b>  \u202eolleh', { from: bob })
    await gift(rest, room, rose(), bob)
    await rest.sendText(room, 'welcome', { from: host })
    await client.element.evaluate(element => void element.room.say('我来了'))
    await expect(bullets(client)).toHaveCount(3)
    await expect(bullets(client).filter({ hasText: '<b>hello</b> \u202eolleh' })).toHaveAttribute('class', 'bullet')
    await expect(bullets(client).filter({ hasText: '★ welcome' })).toHaveClass('bullet host')
    await expect(bullets(client).filter({ hasText: '我来了' })).toHaveClass('bullet mine')
    await expect(client.page.locator('live-danmaku .layer')).toHaveAttribute('aria-hidden', 'true')
    await expect(client.page.locator('live-danmaku .layer b')).toHaveCount(0)
  })

  test('what is taken back, refused, or said by somebody who is put out vanishes', async ({ show, rest, name }) => {
    const [room, ada, bob, eve] = [name('room'), name('ada'), name('bob'), name('eve')]
    await rest.createRoom(room)
    for (const user of [bob, eve]) await rest.importAccount(user)
    const eves = await show('live-danmaku', { room, user: eve })
    const client = await show('live-danmaku', { room, user: ada })
    const { MsgSeq } = await rest.sendText(room, 'wrong', { from: bob })
    await rest.sendText(room, 'right', { from: bob })
    await eves.element.evaluate(element => void element.room.say('bad'))
    await expect(bullets(client)).toHaveCount(3)
    await rest.call('group_open_http_svc/group_msg_recall', { GroupId: room, MsgSeqList: [{ MsgSeq }] })
    await expect(bullets(client).filter({ hasText: 'wrong' })).toHaveCount(0)
    await rest.call('group_open_http_svc/ban_group_member', { GroupId: room, Members_Account: [eve], Duration: 60 })
    await expect(bullets(client).filter({ hasText: 'bad' })).toHaveCount(0)
    await expect(bullets(client)).toHaveText(['right'])
    await rest.modifyRoom(room, { MuteAllMember: 'On' })
    await client.element.evaluate(element => void element.room.say('refused'))
    await expect(bullets(client).filter({ hasText: 'refused' })).toHaveCount(0)
  })

  test('500 at once: the cap holds, nothing overlaps or stands out, and nothing is read from the layout', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    await client.element.evaluate(element => (element.settings = { area: 1, fontSize: 0.6 }))
    const result = await client.element.evaluate(async element => {
      const reads = []
      const spy = (owner, name) => {
        const { get, value } = Object.getOwnPropertyDescriptor(owner, name)
        if (get) Object.defineProperty(owner, name, { get() { reads.push(name); return get.call(this) }, configurable: true })
        else owner[name] = function (...given) { reads.push(name); return value.apply(this, given) }
      }
      for (const name of ['offsetWidth', 'offsetHeight', 'offsetLeft', 'offsetTop']) spy(HTMLElement.prototype, name)
      for (const name of ['clientWidth', 'clientHeight', 'getBoundingClientRect', 'getClientRects', 'scrollWidth']) spy(Element.prototype, name)
      spy(window, 'getComputedStyle')
      const texts = ['短', 'a comment of a usual length', '一条很长很长的弹幕，看看会不会追上前面的那一条', '👏👏👏', 'مرحبا بكم في البث المباشر']
      for (let i = 0; i < 500; i += 1) element.add({ text: texts[i % texts.length] })
      let most = 0
      const until = performance.now() + 2500
      const shown = () => [...element.renderRoot.querySelectorAll('.bullet:not([hidden])')]
      while (performance.now() < until) {
        await new Promise(requestAnimationFrame)
        most = Math.max(most, shown().length)
      }
      const readsWhileFlying = [...reads]
      // now look, once
      const layer = element.renderRoot.querySelector('.layer').getBoundingClientRect()
      const boxes = shown().map(node => ({ ...node.getBoundingClientRect().toJSON(), ink: node.scrollWidth - Math.ceil(node.getBoundingClientRect().width) }))
      const overlaps = boxes.filter((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1))
      return { most, readsWhileFlying, overlaps: overlaps.length, below: boxes.filter(({ bottom }) => bottom > layer.bottom + 1).length, cut: boxes.filter(({ ink }) => ink > 0).length, nodes: element.renderRoot.querySelectorAll('.layer > *').length }
    })
    expect(result).toMatchObject({ readsWhileFlying: [], overlaps: 0, below: 0, cut: 0 })
    expect(result.most).toBeGreaterThan(30)
    expect(result.most).toBeLessThanOrEqual(80)
    expect(result.nodes).toBeLessThanOrEqual(80)
    await expect(bullets(client)).toHaveCount(0, { timeout: 20_000 })
  })

  test('in a hidden tab all stand still and the backlog is dropped', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    await add(client, 'seen')
    await expect(bullets(client)).toHaveCount(1)
    await see(client.page, true)
    const place = () => bullets(client).first().evaluate(node => node.getBoundingClientRect().left)
    const before = await place()
    await add(client, 'missed', 'missed too')
    await note(client)
    await rest.sendText(room, 'missed as well')
    await expect.poll(() => noted(client)).toEqual(['missed as well'])
    expect(await place()).toBeCloseTo(before, 0)
    await see(client.page, false)
    await expect.poll(place).toBeLessThan(before)
    await add(client, 'fresh')
    await expect(bullets(client)).toHaveText(['seen', 'fresh'])
  })

  test('calm: none, until the reader says so himself; that is kept', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    await calm(client)
    await emit(client)
    expect(await client.element.evaluate(element => element.active)).toBe(false)
    await add(client, 'unseen')
    await client.element.evaluate(element => element.toggle())
    await expect.poll(async () => (await heard(client, 'danmaku-change')).at(-1)).toMatchObject({ active: true, settings: { on: true } })
    await add(client, 'seen')
    await expect(bullets(client)).toHaveText(['seen'])
    const again = await client.page.evaluate(() => {
      const other = document.createElement('live-danmaku')
      document.body.append(other)
      return other.active
    })
    expect(again).toBe(true)
    await client.element.first().evaluate(element => element.toggle(false))
    await expect(client.element.first().locator('.bullet:not([hidden])')).toHaveCount(0)
  })

  test('kept settings that somebody has broken are as usual', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    for (const broken of ['{', '"x"', '{"opacity":"<b>","speed":{"length":9}}']) {
      const settings = await client.page.evaluate(broken => {
        localStorage.setItem('plaudit-danmaku', broken)
        return document.createElement('live-danmaku').settings
      }, broken)
      expect(settings).toMatchObject({ opacity: 0.9, mode: 'scroll' })
    }
  })

  test('pointing at one holds its row and offers copy, hide and report', async ({ show, rest, name }) => {
    const [room, ada, bob] = [name('room'), name('ada'), name('bob')]
    await rest.createRoom(room)
    await rest.importAccount(bob, { nick: 'Bob' })
    const client = await show('live-danmaku', { room, user: ada })
    await emit(client)
    await client.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const fly = async text => {
      await rest.sendText(room, text, { from: bob })
      const one = bullets(client).filter({ hasText: text })
      // wait until it is well on the screen, then point at where it is
      await expect.poll(() => one.evaluate(node => node.getBoundingClientRect().right)).toBeLessThan(1250)
      const { x, y } = await one.evaluate(node => node.getBoundingClientRect().toJSON())
      await client.page.mouse.move(x + 5, y + 60)
      await client.page.mouse.move(x + 20, y + 10)
      return one
    }
    const actions = client.page.getByRole('group', { name: 'About this comment' })
    const one = await fly('a first thing to say')
    await expect(actions).toBeVisible()
    const place = () => one.evaluate(node => node.getBoundingClientRect().left)
    const stands = await place()
    await actions.getByRole('button', { name: 'Copy' }).hover()
    await actions.getByRole('button', { name: 'Copy' }).click()
    await expect.poll(() => client.page.evaluate(() => navigator.clipboard.readText())).toBe('a first thing to say')
    await expect(actions).toBeHidden()
    await expect.poll(place).toBeLessThan(stands)

    await fly('a second thing to say')
    await actions.getByRole('button', { name: 'Report' }).click()
    expect(await heard(client, 'report')).toMatchObject([{ person: { userId: bob, nick: 'Bob' }, message: { text: 'a second thing to say' } }])

    await fly('a third thing to say')
    await client.page.keyboard.press('Escape')
    await expect(actions).toBeHidden()
    await client.page.mouse.move(10, 700)
    await fly('a fourth thing to say')
    await actions.getByRole('button', { name: 'Hide this person' }).click()
    await expect(bullets(client)).toHaveCount(0)
    await rest.sendText(room, 'nobody hears me', { from: bob })
    await rest.sendText(room, 'but me', {})
    await expect(bullets(client)).toHaveText(['but me'])
    expect(await client.page.evaluate(() => JSON.parse(localStorage.getItem('plaudit-hidden')).users)).toEqual([{ userId: bob, nick: 'Bob' }])
    expect((await heard(client, 'live-toast')).map(({ text }) => text)).toEqual(['Copied', 'What Bob says is hidden'])
  })

  test('a mouse that rests holds nothing, and clicks beside bullets go through', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    await client.page.evaluate(() => document.body.addEventListener('click', event => (window.clicked = event.target.localName)))
    await client.page.mouse.click(300, 300)
    expect(await client.page.evaluate(() => window.clicked)).toBe('body')
    await client.page.mouse.move(900, 12)
    await add(client, 'it flies under the mouse')
    await expect.poll(() => bullets(client).first().evaluate(node => node.getBoundingClientRect().left), { timeout: 8000 }).toBeLessThan(600)
  })

  test('the panel sets it: sliders, choices by keys, words and people to hide', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    const { page } = client
    await client.element.evaluate(async element => document.body.append(await element.settingsPanel()))
    const settings = () => client.element.evaluate(element => element.settings)
    const panel = page.locator('live-danmaku-settings')
    await page.evaluate(() => PlauditLiveRoom.hidden.set({ users: [{ userId: 'eve', nick: '<i>Eve</i>' }] }))
    const hidden = () => page.evaluate(() => PlauditLiveRoom.hidden.lists)
    await panel.getByLabel('Opacity').fill('0.5')
    await panel.getByRole('radio', { name: 'Half of the picture' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect(panel.getByRole('radio', { name: 'The whole picture' })).toBeFocused()
    await panel.getByRole('radio', { name: 'Top' }).click()
    await panel.getByLabel('Hide messages with these words').fill('spam')
    await page.keyboard.press('Enter')
    await panel.getByRole('switch', { name: 'Show bullet comments' }).uncheck()
    await expect.poll(settings).toMatchObject({ on: false, opacity: 0.5, area: 1, mode: 'top' })
    expect((await hidden()).words).toEqual(['spam'])
    await panel.getByRole('switch').check()
    await add(client, 'at the top')
    const box = await bullets(client).first().evaluate(node => node.getBoundingClientRect().toJSON())
    expect(Math.abs(box.left + box.width / 2 - 640)).toBeLessThan(2)
    await panel.getByRole('button', { name: 'Show <i>Eve</i> again' }).click()
    await panel.getByRole('button', { name: 'Show spam again' }).click()
    await panel.getByRole('button', { name: 'Reset' }).click()
    await expect.poll(settings).toMatchObject({ opacity: 0.9, area: 0.5, mode: 'scroll' })
    expect(await hidden()).toEqual({ words: [], users: [] })
  })

  test('moved to another place, or taken off the page, it starts anew and leaves nothing', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-danmaku', { room })
    await add(client, 'one')
    await expect(bullets(client)).toHaveCount(1)
    await client.element.evaluate(element => {
      const box = document.createElement('div')
      document.body.append(box)
      box.append(element)
    })
    await expect(bullets(client)).toHaveCount(0)
    await add(client, 'two')
    await expect(bullets(client)).toHaveText(['two'])
  })
})

test.describe('hearts', () => {
  const button = client => client.page.locator('live-likes').getByRole('button')
  const hearts = client => client.page.locator('live-likes i:not([hidden])')

  test('two tabs: a tap is a heart at once, totals agree, and a crowd is about six per second for others', async ({ show, rest, name }) => {
    const [room, ada, bob] = [name('room'), name('ada'), name('bob')]
    await rest.createRoom(room)
    const [mine, theirs] = [await show('live-likes', { room, user: ada }), await show('live-likes', { room, user: bob })]
    for (const { page } of [mine, theirs]) await noteAnimations(page)
    await button(mine).click()
    await expect(hearts(mine)).toHaveCount(1)
    expect(await started(mine.page, 'i')).toHaveLength(1)
    // as fast as the server counts for one user
    await mine.element.evaluate(async element => {
      for (let i = 0; i < 60; i += 1) {
        element.tap()
        await new Promise(resolve => setTimeout(resolve, 55))
      }
    })
    expect(await mine.page.locator('live-likes i').count()).toBeLessThanOrEqual(40)
    for (const client of [mine, theirs]) {
      await expect(button(client)).toHaveText('61')
      await expect(button(client)).toHaveAccessibleName('Like (61 likes)')
    }
    await expect(hearts(theirs)).toHaveCount(0)
    const at = await started(theirs.page, 'i')
    expect(at.length).toBeGreaterThan(6)
    for (const from of at) expect(at.filter(time => time >= from && time < from + 1000).length, 'in any second').toBeLessThanOrEqual(7)
    await button(theirs).click()
    await expect(button(mine)).toHaveText('62')
    // a machine that taps: what the server does not count is taken back
    await mine.element.evaluate(element => {
      for (let i = 0; i < 500; i += 1) element.tap()
    })
    const total = async ({ element }) => element.evaluate(({ room }) => room.view.likes)
    await expect.poll(() => total(mine)).toBeLessThan(120)
    await expect.poll(async () => (await total(theirs)) - (await total(mine))).toBe(0)
    const before = await total(mine)
    await button(theirs).click()
    for (const client of [mine, theirs]) await expect.poll(() => total(client)).toBe(before + 1)
  })

  test('by keys; one that is held down is one tap', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const client = await show('live-likes', { room, user: ada })
    await button(client).focus()
    await client.page.keyboard.press('Space')
    await client.page.keyboard.down('Enter')
    for (let i = 0; i < 20; i += 1) await client.page.keyboard.down('Enter')
    await client.page.keyboard.up('Enter')
    await expect(button(client)).toHaveText('2')
  })

  test('a double tap on the picture makes a heart there', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const client = await show('live-likes', { room, user: ada })
    const first = await client.element.evaluate(element => {
      element.tap(500, 400)
      const { x, y, width, height } = element.renderRoot.querySelector('i').getBoundingClientRect()
      return [x + width / 2, y + height / 2]
    })
    expect(Math.abs(first[0] - 500)).toBeLessThan(8)
    expect(Math.abs(first[1] - 400)).toBeLessThan(8)
    await expect(button(client)).toHaveText('1')
  })

  test('a guest is asked to log in, and a calm reader sees only the number', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const guest = await show('live-likes', { room })
    await emit(guest)
    await button(guest).click()
    expect(await heard(guest, 'login-request')).toEqual([{ reason: 'like' }])
    await expect(button(guest)).toHaveText('Like')
    const client = await show('live-likes', { room, user: ada, attributes: { lang: 'zh-CN' } })
    await calm(client)
    for (const { page } of [client, guest]) await noteAnimations(page)
    await calm(guest)
    await rest.call('group_open_http_svc/update_group_counter', { GroupId: room, GroupCounter: [{ Key: 'likes', Value: 12_345 }], Mode: 'Set' })
    await expect(button(client)).toHaveText('1.2万')
    await button(client).click()
    await expect(button(client)).toHaveAttribute('title', '12,346 次点赞')
    await expect.poll(() => started(client.page, 'span').then(({ length }) => length)).toBeGreaterThan(0)
    expect(await started(client.page, 'i')).toEqual([])
    expect(await started(guest.page, 'i')).toEqual([])
  })

  test('a hidden tab keeps no hearts for later', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const [mine, theirs] = [await show('live-likes', { room, user: ada }), await show('live-likes', { room })]
    await noteAnimations(theirs.page)
    await see(theirs.page, true)
    await mine.element.evaluate(element => element.tap())
    await expect(button(theirs)).toHaveText('1')
    await see(theirs.page, false)
    await mine.element.evaluate(element => element.tap())
    await expect(button(theirs)).toHaveText('2')
    await expect.poll(() => started(theirs.page, 'i').then(({ length }) => length)).toBe(1)
  })
})

test.describe('gifts', () => {
  const banners = client => client.page.locator('live-gifts .banner')
  const panel = client => client.page.locator('live-gifts').getByRole('dialog', { name: 'Gifts' })

  test('a banner for each; the same again counts up; all go', async ({ show, rest, name }) => {
    const [room, ada, bob] = [name('room'), name('ada'), name('bob')]
    await rest.createRoom(room)
    await rest.importAccount(bob, { nick: 'Bob' })
    await gift(rest, room, rose(), bob)
    const client = await show('live-gifts', { room, user: ada, nick: 'Ada' })
    await gift(rest, room, rose(2), bob)
    await expect(banners(client)).toHaveText([/Bob\s+sent Rose\s*🌹\s*×2/])
    await gift(rest, room, rose(3), bob)
    await expect(banners(client).locator('.times')).toHaveText(['×5'])
    await client.element.evaluate(element => void element.room.give({ id: 'cake', count: 1 }))
    await expect(banners(client)).toHaveCount(2)
    await expect(banners(client)).toHaveCount(0)
  })

  test('gifts that somebody made up are text, never a picture, and break nothing', async ({ show, rest, name }) => {
    const [room, eve] = [name('room'), name('eve')]
    await rest.createRoom(room)
    await rest.importAccount(eve, { nick: '<img src=x>\u202e' + 'ȧ̸̛'.repeat(30), avatar: 'javascript:alert(1)' })
    const client = await show('live-gifts', { room })
    await gift(rest, room, { type: 'gift', gift: '<img src=/x onerror=alert(1)>', count: 1e12, icon: 'https://evil.example/x.png', price: 1e9 }, eve)
    await expect(banners(client)).toContainText('<img src=/x onerror=alert(1)>')
    await expect(banners(client)).toContainText('×9,999')
    await gift(rest, room, { type: 'gift', gift: '__proto__', count: -4 }, eve)
    await gift(rest, room, { type: 'gift', gift: 'constructor', count: '7' }, eve)
    for (const broken of ['{"type":"gift"', '{"type":"gift","gift":{}}', JSON.stringify({ type: 'gift', gift: 'x'.repeat(65) })]) await gift(rest, room, broken, eve)
    await expect(banners(client)).toHaveCount(3)
    await expect(banners(client).locator('.times')).toHaveText(['×9,999', '×1', '×1'])
    await expect(banners(client).locator('img')).toHaveCount(0)
    await expect(banners(client).locator('.sign svg')).toHaveCount(3)
    for (const box of await banners(client).evaluateAll(nodes => nodes.map(node => node.getBoundingClientRect().toJSON()))) {
      expect(box.height).toBeLessThanOrEqual(44)
      expect(box.width).toBeLessThan(600)
    }
    await expect(client.page.locator('live-gifts .flourish')).toHaveCount(0)
  })

  test('what is read out is at most one sentence in three seconds', async ({ show, rest, name }) => {
    const [room, bob, eve] = [name('room'), name('bob'), name('eve')]
    await rest.createRoom(room)
    for (const [user, nick] of [[bob, 'Bob'], [eve, 'Eve']]) await rest.importAccount(user, { nick })
    const client = await show('live-gifts', { room })
    await client.element.evaluate(element => {
      window.told = []
      const region = element.renderRoot.querySelector('.unseen[aria-live]')
      new MutationObserver(() => window.told.push([performance.now(), region.textContent])).observe(region, { childList: true, characterData: true, subtree: true })
    })
    await gift(rest, room, rose(), bob)
    await expect.poll(() => client.page.evaluate(() => window.told.length)).toBe(1)
    for (let i = 0; i < 5; i += 1) await gift(rest, room, rose(), bob)
    await gift(rest, room, rose(1, 'rocket'), eve)
    await expect.poll(() => client.page.evaluate(() => window.told.length)).toBe(2)
    const [[first, one], [second, two]] = await client.page.evaluate(() => window.told)
    expect([one, two]).toEqual(['Bob sent Rose ×1', 'Eve sent Rocket ×1, and 1 more gift'])
    expect(second - first).toBeGreaterThanOrEqual(2900)
  })

  test('an expensive gift has an effect: ours, the page\'s, none if it is prevented, switched off, or calm', async ({ show, rest, name }) => {
    const [room, bob] = [name('room'), name('bob')]
    await rest.createRoom(room)
    await rest.importAccount(bob)
    const client = await show('live-gifts', { room })
    await emit(client)
    const flourish = client.page.locator('live-gifts .flourish')
    const arrives = async (id, times = 1) => {
      const before = (await noted(client)).length
      for (let i = 0; i < times; i += 1) await gift(rest, room, rose(1, id), bob)
      await expect.poll(() => noted(client)).toHaveLength(before + times)
    }
    await note(client)
    await arrives('cake')
    await expect(flourish).toHaveCount(0)
    await client.element.evaluate(element => {
      window.flourishes = []
      const look = changes => changes.forEach(({ addedNodes }) => addedNodes.forEach(node => window.flourishes.push(node.querySelector('.big').textContent)))
      new MutationObserver(look).observe(element.renderRoot.querySelector('.effects'), { childList: true })
    })
    await arrives('rocket', 2)
    await arrives('crown')
    await arrives('rocket')
    await expect(flourish).toHaveCount(1)
    await expect(flourish).toHaveCount(0)
    expect(await client.page.evaluate(() => window.flourishes), 'the first, and the best of those that came meanwhile').toEqual(['🚀', '👑'])
    expect((await heard(client, 'gift-effect'))[0]).toMatchObject({ gift: { id: 'rocket', count: 1 }, kind: { price: 188 }, sender: { userId: bob } })
    await expect(flourish).toHaveCount(0)
    await client.element.evaluate(element => {
      window.played = []
      element.effect = (gift, kind, sender) => window.played.push([gift.id, kind.price, sender.userId])
    })
    await arrives('crown')
    await expect.poll(() => client.page.evaluate(() => window.played)).toEqual([['crown', 520, bob]])
    await client.page.evaluate(() => document.addEventListener('gift-effect', event => event.preventDefault(), { once: true }))
    await arrives('crown')
    await client.element.evaluate(element => (element.effects = false))
    await arrives('crown')
    expect(await client.page.evaluate(() => localStorage.getItem('plaudit-gift-effects'))).toBe('false')
    await client.element.evaluate(element => (element.effects = true))
    await calm(client)
    await arrives('crown')
    expect(await client.page.evaluate(() => window.played)).toHaveLength(1)
    await expect(flourish).toHaveCount(0)
  })

  test('the panel by keys: choose, how many, send, again, and back', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const client = await show('live-gifts', { room, user: ada, nick: 'Ada', attributes: { button: '' } })
    const { page } = client
    await emit(client)
    const opener = page.getByRole('button', { name: 'Send a gift' })
    await opener.focus()
    await page.keyboard.press('Enter')
    await expect(panel(client)).toBeVisible()
    await expect(opener).toHaveAttribute('aria-expanded', 'true')
    await expect(panel(client).getByRole('radio', { name: /Rose/ })).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    const chosen = panel(client).getByRole('radio', { checked: true })
    await expect(chosen).toHaveText(/Rocket/)
    await expect(chosen).toBeFocused()
    await page.keyboard.press('Home')
    await expect(chosen).toHaveText(/Rose/)
    await panel(client).getByRole('button', { name: '10', exact: true }).press('Enter')
    const send = panel(client).getByRole('button', { name: /Send|Combo/ })
    await expect(send).toHaveText(/Send\s+10 coins/)
    await send.focus()
    await page.keyboard.press('Enter')
    await expect(send).toHaveText(/Combo ×1/)
    await page.keyboard.down('Enter')
    for (let i = 0; i < 10; i += 1) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    await expect(send).toHaveText(/Combo ×2/)
    await expect(banners(client).locator('.times')).toHaveText('×20')
    expect(await heard(client, 'gift-send')).toMatchObject([{ gift: 'rose', count: 10, total: 10, kind: { price: 1 } }, { gift: 'rose' }])
    await expect(send).toHaveText(/Send/, { timeout: 5000 })
    await panel(client).getByRole('spinbutton', { name: 'Quantity' }).fill('123456')
    await page.keyboard.press('Tab')
    await expect(send).toHaveText(/9,999 coins/)
    await page.keyboard.press('Escape')
    await expect(panel(client)).toBeHidden()
    await expect(opener).toBeFocused()
    expect(await heard(client, 'gift-panel')).toEqual([{ open: true }, { open: false }])
  })

  test('the page charges: prevented nothing is given until it is confirmed; a balance is a limit', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const client = await show('live-gifts', { room, user: ada, attributes: { balance: 60, currency: 'beans' } })
    await emit(client)
    await client.page.evaluate(() => document.addEventListener('gift-send', event => (event.preventDefault(), (window.wanted = event.detail))))
    await client.element.evaluate(element => element.open())
    await expect(panel(client)).toContainText('Balance: 60 beans')
    await panel(client).getByRole('radio', { name: /Cake/ }).click()
    await panel(client).getByRole('button', { name: /Send/ }).click()
    await expect.poll(() => client.page.evaluate(() => window.wanted?.total)).toBe(10)
    await expect(banners(client)).toHaveCount(0)
    await client.element.evaluate(element => element.confirmGift(window.wanted))
    await expect(banners(client)).toHaveText([/Cake/])
    await panel(client).getByRole('button', { name: '10', exact: true }).click()
    await panel(client).getByRole('button', { name: /Not enough/ }).click()
    expect(await heard(client, 'balance-short')).toMatchObject([{ gift: 'cake', total: 100 }])
    expect(await heard(client, 'gift-send')).toHaveLength(1)
  })

  test('a gift that the room refuses is told to the page, and its banner goes', async ({ show, rest, name }) => {
    const [room, ada] = [name('room'), name('ada')]
    await rest.createRoom(room)
    const client = await show('live-gifts', { room, user: ada })
    await emit(client)
    await rest.modifyRoom(room, { MuteAllMember: 'On' })
    await expect.poll(() => client.element.evaluate(element => element.room.view.rules.muteAll)).toBe(true)
    await client.element.evaluate(element => element.open())
    await panel(client).getByRole('button', { name: /Send/ }).click()
    await expect.poll(() => heard(client, 'gift-failed')).toMatchObject([{ gift: 'rose', count: 1, total: 1, failure: { code: expect.any(Number) } }])
    await expect(banners(client)).toHaveCount(0)
    expect(await heard(client, 'live-toast')).toMatchObject([{ text: 'Rose was not sent', isError: true }])
  })

  test('a guest is asked to log in; a page may show a panel of its own', async ({ show, rest, name }) => {
    const room = name('room')
    await rest.createRoom(room)
    const client = await show('live-gifts', { room })
    await emit(client)
    await client.element.evaluate(element => element.open())
    await panel(client).getByRole('button', { name: /Send/ }).click()
    expect(await heard(client, 'login-request')).toEqual([{ reason: 'gift' }])
    await client.element.evaluate(element => {
      element.close()
      const own = document.createElement('p')
      own.slot = 'gift-panel'
      own.textContent = 'our own gifts'
      element.append(own)
      element.open()
    })
    await expect(client.page.getByText('our own gifts')).toBeVisible()
    await expect(panel(client).getByRole('radio').first()).toBeHidden()
  })
})

test('after a lost connection nothing that is old flies, rises or is shown', async ({ show, startServer, wireTo, name }) => {
  const server = await startServer()
  const [rest, wire] = [new Rest(server), await wireTo(server)]
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room)
  const client = await show('live-danmaku', { room, server, wsUrl: wire.wsUrl })
  client.tolerate(/WebSocket/)
  const other = await show('live-likes', { room, user: ada, server })
  await client.page.evaluate(() => {
    const around = document.querySelector('live-danmaku')
    for (const tag of ['live-likes', 'live-gifts']) document.body.append(Object.assign(document.createElement(tag), { room: around.room }))
    window.told = []
    around.room.on('messages', all => window.told.push(...all.map(({ text, gift, stale }) => [text || gift.id, stale])))
  })
  await noteAnimations(client.page)
  await wire.cut()
  await rest.sendText(room, 'missed')
  await gift(rest, room, rose(1, 'rocket'))
  await other.element.evaluate(element => {
    for (let i = 0; i < 15; i += 1) element.tap()
  })
  await expect(other.page.locator('live-likes').getByRole('button')).toHaveText('15')
  // as old as it takes to be old news, by the server's clock
  await new Promise(resolve => setTimeout(resolve, 5200))
  await wire.mend()
  await client.element.evaluate(element => element.room.retryNow())
  await expect.poll(() => client.page.evaluate(() => window.told)).toEqual([['missed', true], ['rocket', true]])
  await expect(client.page.locator('live-likes').getByRole('button')).toHaveText('15')
  await rest.sendText(room, 'fresh')
  await expect(client.page.locator('live-danmaku .bullet:not([hidden])')).toHaveText(['fresh'])
  await expect(client.page.locator('live-gifts .banner')).toHaveCount(0)
  await expect(client.page.locator('live-gifts .flourish')).toHaveCount(0)
  expect(await started(client.page, 'i')).toEqual([])
})
