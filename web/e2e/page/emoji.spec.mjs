// The panel of all emoji: found by group, by word and by keys, in a tone, and remembered.
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fixtures.mjs'

const box = client => client.element.locator('textarea')
const panel = client => client.element.locator('.emoji')
const search = client => client.element.getByRole('searchbox')
const emoji = (client, name) => panel(client).getByRole('button', { name, exact: true })
const focused = client => client.element.evaluate(({ shadowRoot }) => shadowRoot.activeElement?.ariaLabel ?? shadowRoot.activeElement?.textContent)

const WORDS = { en: { open: 'Emoji', all: 'All emoji' }, 'zh-CN': { open: '表情', all: '全部表情' } }
const openAll = async (client, { open, all } = WORDS.en) => {
  await client.element.getByRole('button', { name: open, exact: true }).click()
  await panel(client).getByRole('button', { name: all }).click()
  await expect(panel(client)).toHaveAttribute('aria-label', all)
}

/** Groups behind the first two: some 1,700 buttons as those before. */
const ALIKE = { fromShadowDom: ['live-chat', '.groups section:nth-of-type(n + 3)'] }

/** A chat with somebody who may write. */
async function chat({ show, rest, name }, options = {}) {
  const room = name('room')
  await rest.createRoom(room)
  return show('live-chat', { room, user: name('ada'), ...options })
}

/** The page anew, with the same element on it. */
async function reload(client) {
  const attributes = await client.element.evaluate(element => Object.fromEntries(element.getAttributeNames().filter(name => name !== 'style').map(name => [name, element.getAttribute(name)])))
  await client.page.reload()
  await client.page.evaluate(attributes => {
    const element = document.createElement('live-chat')
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    document.body.append(element)
  }, attributes)
  await expect(box(client)).toBeVisible()
}

test('nothing of it is fetched before it is asked for, one language then, and nothing from elsewhere', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  const fetched = () => client.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop()).filter(name => name.startsWith('chat-emoji-')).sort())
  await client.element.getByRole('button', { name: 'Emoji', exact: true }).click()
  await expect(panel(client)).toBeVisible()
  expect(await fetched()).toEqual([])
  await panel(client).getByRole('button', { name: 'All emoji' }).click()
  await expect(search(client)).toBeFocused()
  expect(await fetched()).toEqual(['chat-emoji-all.js', 'chat-emoji-data-en.js', 'chat-emoji-data-list.js'])
  expect(await panel(client).locator('.groups button').count()).toBeGreaterThan(1500)
  await expect(panel(client).getByRole('group')).toHaveCount(9)
  expect(client.foreignRequests).toEqual([])
})

test('several are chosen at the caret; the way back, and away', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  await box(client).fill('ab')
  await box(client).press('ArrowLeft')
  await openAll(client)
  await emoji(client, 'grinning face').click()
  await emoji(client, 'beaming face with smiling eyes').click()
  await expect(box(client)).toHaveValue('a😀😁b')
  await expect(emoji(client, 'grinning face')).toBeVisible()
  await panel(client).getByRole('button', { name: 'Back to frequent emoji' }).click()
  await expect(panel(client).getByRole('button', { name: 'All emoji' })).toBeFocused()
  await client.page.keyboard.press('Enter')
  await expect(search(client)).toBeFocused()
  await client.page.keyboard.press('Escape')
  await expect(panel(client)).toHaveCount(0)
  await expect(box(client)).toBeFocused()
})

for (const [lang, word, first, other, none, count] of [
  ['en', 'eggplant', '🍆', '茄子', /No emoji/, /^1 emoji found$/],
  ['zh-CN', '茄子', '🍆', 'eggplant', /没有找到/, /^找到 1 个表情$/],
])
  test(`search in ${lang}: by words, also of the other language; Enter takes the first; nothing is said kindly`, async ({ show, rest, name }) => {
    const client = await chat({ show, rest, name }, { attributes: { lang } })
    await openAll(client, WORDS[lang])
    const found = panel(client).locator('.found button')
    const status = panel(client).getByRole('status')
    await search(client).fill(word)
    await expect(found.first()).toHaveText(first)
    await expect(status).toHaveText(count)
    await search(client).press('Enter')
    await expect(box(client)).toHaveValue(first)
    await expect(search(client), 'for the next one').toBeFocused()
    await search(client).fill('zzzzz')
    await expect(panel(client).locator('.none')).toHaveText(none)
    await expect(status).toHaveText(none)
    await search(client).press('Enter')
    await expect(box(client)).toHaveValue(first)
    await search(client).fill(other)
    await expect(found.first()).toHaveText(first)
    await search(client).fill('')
    await expect(panel(client).locator('.groups')).toBeVisible()
    await expect(status).toHaveText('')
  })

test('while an input method composes nothing is sought, and Enter is its own', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name }, { attributes: { lang: 'zh-CN' } })
  await openAll(client, WORDS['zh-CN'])
  await search(client).fill('猫')
  const found = panel(client).locator('.found button')
  await expect(found.first()).toHaveText('🐈')
  const count = await found.count()
  await search(client).evaluate(input => {
    input.value = 'qie zi'
    input.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }))
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }))
  })
  await expect(found).toHaveCount(count)
  await expect(box(client)).toHaveValue('')
  await search(client).evaluate(input => {
    input.value = '茄子'
    input.dispatchEvent(new CompositionEvent('compositionend', { data: '茄子', bubbles: true }))
  })
  await expect(found).toHaveText(['🍆'])
})

test('one skin tone for all, and what was used lately: both are remembered', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  await openAll(client)
  await panel(client).getByRole('button', { name: 'Skin tone: Default' }).click()
  await expect(panel(client).getByRole('radio', { name: 'Default' })).toBeFocused()
  for (let step = 0; step < 4; step += 1) await client.page.keyboard.press('ArrowRight')
  await client.page.keyboard.press('Enter')
  await expect(panel(client).getByRole('button', { name: 'Skin tone: Medium-dark' })).toBeFocused()
  await emoji(client, 'waving hand').click()
  await emoji(client, 'grinning face').click()
  await emoji(client, 'waving hand').click()
  await expect(box(client)).toHaveValue('👋🏾😀👋🏾')
  await expect(panel(client).getByRole('group', { name: 'Recently used' }), 'nothing moves under the finger').toHaveCount(0)

  await reload(client)
  await client.element.getByRole('button', { name: 'Emoji', exact: true }).click()
  await expect(panel(client).getByRole('group', { name: 'Recently used' }).getByRole('button')).toHaveText(['👋🏾', '😀'])
  await expect(panel(client).getByRole('button').first()).toBeFocused()
  await panel(client).getByRole('button', { name: 'All emoji' }).click()
  const recent = panel(client).getByRole('group', { name: 'Recently used' }).getByRole('button')
  await expect(recent).toHaveText(['👋🏾', '😀'])
  await expect(recent.first()).toHaveAccessibleName('waving hand')
  await expect(panel(client).getByRole('button', { name: 'Skin tone: Medium-dark' })).toBeVisible()
  await search(client).fill('thumbs up')
  await search(client).press('Enter')
  await expect(box(client)).toHaveValue('👍🏾')
})

test('groups: a button leads to each, and says where one is', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  await openAll(client)
  const groups = panel(client).getByRole('toolbar', { name: 'Groups of emoji' })
  const current = groups.locator('[aria-current]')
  await expect(current).toHaveAccessibleName('Smileys and emotion')
  await groups.getByRole('button', { name: 'Food and drink' }).click()
  await expect(current).toHaveAccessibleName('Food and drink')
  await expect(emoji(client, 'grapes')).toBeInViewport({ ratio: 1 })
  await panel(client).locator('.scroll').evaluate(list => (list.scrollTop = list.scrollHeight))
  await expect(current).toHaveAccessibleName('Flags')
  await panel(client).locator('.scroll').evaluate(list => (list.scrollTop = 0))
  await expect(current).toHaveAccessibleName('Smileys and emotion')
})

test('another language while it is open: names, words and groups follow', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  await openAll(client)
  await emoji(client, 'grinning face').click()
  await client.element.evaluate(element => (element.lang = 'zh-CN'))
  await expect(emoji(client, '嘿嘿')).toBeVisible()
  await expect(search(client)).toHaveAttribute('placeholder', '搜索表情')
  await expect(panel(client).getByRole('group', { name: '食物与饮料' })).toHaveCount(1)
})

test('what the system cannot draw is left out', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  await openAll(client)
  const { blank, count } = await panel(client).locator('.groups').evaluate(groups => {
    const context = Object.assign(document.createElement('canvas'), { width: 24, height: 24 }).getContext('2d', { willReadFrequently: true })
    const buttons = [...groups.querySelectorAll('button')]
    context.font = `18px ${getComputedStyle(buttons[0]).fontFamily}`
    context.textBaseline = 'top'
    const isBlank = ({ textContent }) => {
      context.clearRect(0, 0, 24, 24)
      context.fillText(textContent, 0, 0)
      return context.getImageData(0, 0, 24, 24).data.every(part => part === 0)
    }
    return { count: buttons.length, blank: buttons.filter(isBlank).map(({ ariaLabel }) => ariaLabel) }
  })
  expect(count).toBeGreaterThan(1500)
  expect(blank).toEqual([])
})

test('with the keyboard alone', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name })
  const press = key => client.page.keyboard.press(key)
  await box(client).focus()
  await press('Tab')
  await press('Enter')
  await expect(panel(client).getByRole('button').first()).toBeFocused()
  await press('Tab')
  expect(await focused(client)).toBe('All emoji')
  await press('Enter')
  await expect(search(client)).toBeFocused()
  await press('Tab')
  expect(await focused(client)).toBe('Skin tone: Default')
  await press('Tab')
  expect(await focused(client)).toBe('Smileys and emotion')
  await press('ArrowRight')
  await press('ArrowRight')
  expect(await focused(client)).toBe('Animals and nature')
  await press('Enter')
  await press('Tab')
  expect(await focused(client), 'into the group that was asked for').toBe('monkey face')
  await press('ArrowRight')
  expect(await focused(client)).toBe('monkey')
  await press('ArrowUp')
  expect(await focused(client), 'into the group above').not.toMatch(/monkey/)
  await press('ArrowDown')
  expect(await focused(client)).toBe('monkey')
  await press('Enter')
  await press('End')
  expect(await focused(client)).toMatch(/^flag/)
  await press('Home')
  expect(await focused(client)).toBe('grinning face')
  await press('Shift+Tab')
  await press('Shift+Tab')
  await press('Shift+Tab')
  await expect(search(client)).toBeFocused()
  await client.page.keyboard.type('cat')
  await expect(panel(client).locator('.found button').first()).toHaveText('🐈')
  await press('ArrowDown')
  await press('Enter')
  await expect(box(client)).toHaveValue('🐒🐈')
  await press('Escape')
  await expect(box(client)).toBeFocused()
  await press('Enter')
  await expect(client.element.locator('.row.said .text')).toHaveText('🐒🐈')
})

test('messages that come do not touch it, and it is no higher than the chat', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name }, { size: { width: 360, height: 400 } })
  await openAll(client)
  await client.element.evaluate(({ shadowRoot }) => {
    window.touched = []
    const watch = new MutationObserver(all => window.touched.push(...all))
    watch.observe(shadowRoot.querySelector('.emoji'), { subtree: true, childList: true, attributes: true, characterData: true })
  })
  await rest.sendText(await client.element.evaluate(element => element.room.roomId), 'hello')
  await expect(client.element.locator('.row.said')).toHaveCount(1)
  expect(await client.page.evaluate(() => window.touched.length)).toBe(0)
  const [inner, outer] = await Promise.all([panel(client).boundingBox(), client.element.boundingBox()])
  expect(inner.y).toBeGreaterThanOrEqual(outer.y)
  expect(inner.height).toBeGreaterThan(200)
})

test('fingers: no keyboard comes up unasked, and targets are 44 px', async ({ show, rest, name }) => {
  const client = await chat({ show, rest, name }, { size: { width: 360, height: 740 } })
  const devtools = await client.context.newCDPSession(client.page)
  await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  await devtools.send('Emulation.setDeviceMetricsOverride', { width: 360, height: 740, deviceScaleFactor: 1, mobile: true })
  expect(await client.page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true)
  await openAll(client)
  await expect(panel(client)).toBeFocused()
  const small = await panel(client).locator('button').evaluateAll(all => all.map(button => ({ name: button.ariaLabel, box: button.getBoundingClientRect() })).filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < 44))
  expect(small).toEqual([])
})

for (const theme of ['light', 'dark'])
  test(`axe finds nothing serious, ${theme}`, async ({ show, rest, name }) => {
    const client = await chat({ show, rest, name }, { path: '/live-room?lax' })
    await client.page.emulateMedia({ colorScheme: theme })
    const serious = async () => {
      const { violations } = await new AxeBuilder({ page: client.page }).exclude(ALIKE).analyze()
      return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(' ')).join('; ')}`)
    }
    await openAll(client)
    await emoji(client, 'grinning face').click()
    await panel(client).getByRole('button', { name: /^Skin tone/ }).click()
    await expect(panel(client).getByRole('radiogroup')).toBeVisible()
    expect(await serious(), 'groups').toEqual([])
    await search(client).fill('cat')
    await expect(panel(client).locator('.found button').first()).toBeVisible()
    expect(await serious(), 'found').toEqual([])
    await search(client).fill('zzzzz')
    await expect(panel(client).locator('.none')).toBeVisible()
    expect(await serious(), 'nothing found').toEqual([])
  })
