// <live-player>: what plays, what goes wrong on the way, and what a reader can do.
import { chromium } from '@playwright/test'
import { test as base, expect } from './fixtures.mjs'
import { Client } from '../lib/page.mjs'
import { Streams } from '../lib/streams.mjs'

const NET_ERRORS = /Failed to load resource|net::ERR_/

const test = base.extend({
  streams: async ({}, use) => {
    const streams = await Streams.start()
    await use(streams)
    await streams.dispose()
  },

  /** Puts a player on a page, without a room: `await player({ src }, { lines })`: attributes, then properties. */
  player: async ({ openPage }, use) =>
    use(async (attributes = {}, properties = {}, { client, size = { width: 800, height: 500 } } = {}) => {
      client ??= await openPage('/live-room', 'reader')
      client.tolerate(NET_ERRORS)
      await client.page.setViewportSize(size)
      await client.page.evaluate(putPlayer, [attributes, properties])
      client.element = client.page.locator('live-player')
      return client
    }),
})

/** Runs in the page. */
function putPlayer([attributes, properties]) {
  const element = document.createElement('live-player')
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  Object.assign(element, properties)
  window.told = []
  for (const name of ['player-state', 'player-error', 'autoplay-blocked', 'line-change']) {
    element.addEventListener(name, ({ detail }) => window.told.push({ name, ...detail }))
  }
  document.body.append(element)
  window.player = element
}

/** What lies over the picture. */
const title = (client, text) => client.element.locator('.cover .title').filter({ hasText: text })
const told = (client, name) => client.page.evaluate(name => window.told.filter(event => event.name === name), name)
const stateOf = client => client.page.evaluate(() => window.player.state)
const frames = client => client.page.evaluate(() => window.player.video.getVideoPlaybackQuality().totalVideoFrames)

/** It plays, and its picture is decoded: by what the video says, not by what the element says. */
async function plays(client, timeout = 15_000) {
  await expect.poll(() => stateOf(client), { timeout }).toBe('playing')
  const before = await client.page.evaluate(() => ({ at: window.player.video.currentTime, frames: window.player.video.getVideoPlaybackQuality().totalVideoFrames }))
  await expect.poll(() => client.page.evaluate(() => window.player.video.currentTime), { timeout: 5000 }).toBeGreaterThan(before.at + 0.4)
  expect(await frames(client)).toBeGreaterThan(before.frames)
}

for (const kind of ['hls', 'flv', 'file']) {
  test(`${kind} plays with sound, and nothing is left when the element goes`, async ({ player, streams }) => {
    const client = await player({ src: streams[kind] })
    await plays(client)
    expect(await client.page.evaluate(() => ({ muted: window.player.video.muted, live: !Number.isNaN(window.player.latency) }))).toEqual({ muted: false, live: kind !== 'file' })
    const video = await client.page.evaluateHandle(() => window.player.video)
    await client.page.evaluate(() => window.player.remove())
    expect(await video.evaluate(({ paused, currentSrc, networkState, readyState }) => ({ paused, readyState, empty: networkState === 0 }))).toEqual({ paused: true, readyState: 0, empty: true })
    await client.page.evaluate(() => window.player.play())
    expect(await video.evaluate(({ paused }) => paused), 'not away from the page').toBe(true)
    const asked = streams.asked.length
    await client.page.evaluate(() => document.body.append(window.player))
    await plays(client)
    expect(streams.asked.length).toBeGreaterThan(asked)
    await client.page.evaluate(() => window.player.stop())
    expect(await stateOf(client)).toBe('idle')
    await client.page.evaluate(() => window.player.play())
    await plays(client)
  })
}

test('a broadcast in HLS goes on over its discontinuities', async ({ player, streams }) => {
  const client = await player({ src: streams.hls })
  await plays(client)
  const from = await client.page.evaluate(() => window.player.video.currentTime)
  await expect.poll(() => client.page.evaluate(() => window.player.video.currentTime), { timeout: 20_000 }).toBeGreaterThan(from + 8)
  expect(await told(client, 'player-error')).toEqual([])
})

test('two players on a page play at once', async ({ player, streams }) => {
  const client = await player({ src: streams.hls })
  await client.page.evaluate(src => {
    window.second = document.createElement('live-player')
    window.second.src = src
    document.body.append(window.second)
  }, streams.flv)
  await plays(client)
  await expect.poll(() => client.page.evaluate(() => window.second.state)).toBe('playing')
  await client.page.evaluate(() => window.second.remove())
  await plays(client)
})

test('a dead line, and one that nobody can play, make room for the next', async ({ player, streams }) => {
  streams.dead.add('/live.m3u8')
  const lines = [
    { url: streams.hls, name: 'A' },
    { url: 'https://example.com/whep', name: 'B' },
    { url: streams.flv, name: 'C' },
  ]
  const client = await player({ lines: JSON.stringify(lines) })
  await plays(client)
  expect(await client.page.evaluate(() => window.player.line)).toBe(2)
  const errors = await told(client, 'player-error')
  expect(errors.map(({ line, kind, isLost }) => ({ line, kind, isLost }))).toEqual([
    { line: 0, kind: 'hls', isLost: false },
    { line: 1, kind: 'whep', isLost: false },
  ])
  expect(errors[1].message).toContain('whep')
  expect((await told(client, 'line-change')).map(({ line }) => line)).toEqual([1, 2])
  // Well again: the first line comes back when somebody asks for it.
  streams.dead.clear()
  await client.page.evaluate(() => window.player.reload())
  await plays(client)
  expect(await client.page.evaluate(() => window.player.line)).toBe(0)
})

for (const kind of ['hls', 'flv']) {
  test(`${kind} comes back after a cut of five seconds`, async ({ player, streams }) => {
    const client = await player({ src: streams[kind] })
    await plays(client)
    streams.cut()
    await expect.poll(() => stateOf(client), { timeout: 12_000 }).not.toBe('playing')
    // What was seen last stays to be seen.
    await expect(client.element.locator('canvas')).toBeVisible()
    const cutAt = Date.now()
    await expect.poll(() => Date.now() - cutAt, { timeout: 6000 }).toBeGreaterThan(5000)
    streams.mend()
    await plays(client, 25_000)
    await expect(client.element.locator('canvas')).toHaveCount(0)
  })
}

test('a line that stands still is given up for the next, and the player says that it stands', async ({ player, streams }) => {
  const other = await Streams.start()
  const client = await player({}, { lines: [{ url: other.flv }, { url: streams.hls }] })
  await plays(client)
  other.hold()
  await expect.poll(() => told(client, 'player-state').then(states => states.some(({ state }) => state === 'stalled')), { timeout: 12_000 }).toBe(true)
  await expect.poll(() => client.page.evaluate(() => window.player.line), { timeout: 40_000 }).toBe(1)
  await plays(client)
  const errors = await told(client, 'player-error')
  expect(errors[0]).toMatchObject({ line: 0, kind: 'flv', message: 'the picture stands still' })
  // No request is left hanging: a browser has six per host, and then none.
  await expect.poll(() => other.open).toBe(0)
  await other.dispose()
})

test('when every line has failed the reader is told, and may try again', async ({ player, streams }) => {
  streams.dead.add('/live.m3u8').add('/live.flv')
  const client = await player({}, { lines: [{ url: streams.hls }, { url: streams.flv }] })
  const again = client.element.getByRole('button', { name: 'Try again' })
  await expect(again).toBeVisible()
  expect(await stateOf(client)).toBe('error')
  expect((await told(client, 'player-error')).at(-1).isLost).toBe(true)
  streams.dead.clear()
  await again.click()
  await plays(client)
  await expect(again).toHaveCount(0)
})

test('a page adds an engine for a kind that we do not know', async ({ player }) => {
  const client = await player({ 'no-autoplay': '' })
  await client.page.evaluate(() => {
    window.player.engines = {
      whep: (video, line) => {
        const canvas = document.createElement('canvas')
        const pen = canvas.getContext('2d')
        const timer = setInterval(() => pen.fillRect(0, 0, Math.random() * 99, 9), 40)
        video.srcObject = canvas.captureStream(25)
        window.heardOf = line.url
        return { stop: () => (clearInterval(timer), (video.srcObject = null), (window.heardOf = 'stopped')) }
      },
    }
    window.player.src = 'https://example.com/room/whep'
  })
  expect(await stateOf(client)).toBe('idle')
  await client.element.getByRole('button', { name: 'Play' }).first().click()
  await plays(client)
  expect(await client.page.evaluate(() => window.heardOf)).toBe('https://example.com/room/whep')
  await client.page.evaluate(() => window.player.stop())
  expect(await client.page.evaluate(() => window.heardOf)).toBe('stopped')
})

test('other lines: the one that plays goes on, another begins', async ({ player, streams }) => {
  const client = await player({}, { lines: [{ url: streams.flv }] })
  await plays(client)
  const asked = streams.asked.length
  await client.page.evaluate(([a, b]) => (window.player.lines = [{ url: a }, { url: b }]), [streams.file, streams.flv])
  await expect.poll(() => client.page.evaluate(() => window.player.line)).toBe(1)
  await plays(client)
  expect(streams.asked.length).toBe(asked)
  await client.page.evaluate(a => (window.player.lines = [{ url: a }]), streams.file)
  await plays(client)
  expect(streams.asked.slice(asked)).toContain('/clip.mp4')
  // Set and asked for in one breath.
  await client.page.evaluate(
    urls => {
      window.player.stop()
      window.player.lines = urls.map(url => ({ url }))
      window.player.use(1)
    },
    [streams.file, streams.flv],
  )
  await plays(client)
  expect(await client.page.evaluate(() => window.player.line)).toBe(1)
})

test('pause and play: a broadcast goes on at its edge, and is let go of when the pause is long', async ({ player, streams }) => {
  const client = await player({ src: streams.flv })
  await plays(client)
  await client.element.getByRole('button', { name: 'Pause' }).click()
  expect(await stateOf(client)).toBe('paused')
  await expect.poll(() => client.page.evaluate(() => window.player.latency)).toBeGreaterThan(4)
  await client.page.evaluate(() => window.player.play())
  expect(await client.page.evaluate(() => window.player.latency)).toBeLessThan(2.5)
  await plays(client)
  await client.page.evaluate(() => window.player.pause())
  await expect.poll(() => client.page.evaluate(() => window.player.video.networkState), { timeout: 20_000 }).toBe(0)
  expect(await stateOf(client)).toBe('paused')
  await client.element.getByRole('button', { name: 'Play' }).first().click()
  await plays(client)
})

test('far behind, the way back is offered; it hurries unheard, and jumps where that would take too long', async ({ player, streams }) => {
  const client = await player()
  await client.page.evaluate(src => {
    window.late = 0
    // A file that says that it is a broadcast, as late as the test wants.
    window.player.engines = {
      late: video => (Object.assign(video, { src, loop: true }), { live: () => ({ latency: 2 + window.late, target: 2 }), stop: () => video.removeAttribute('src') }),
    }
    window.player.lines = [{ url: src, kind: 'late' }]
  }, streams.file)
  await plays(client)
  const edge = client.element.locator('.edge')
  const rate = () => client.page.evaluate(() => window.player.video.playbackRate)
  await expect(edge).toHaveText('Live')
  await expect(edge).toBeDisabled()
  expect(await rate()).toBe(1)
  await client.page.evaluate(() => (window.late = 2))
  await expect.poll(rate).toBe(1.06)
  await client.page.evaluate(() => (window.late = 0.05))
  await expect.poll(rate).toBe(1)
  await client.page.evaluate(() => (window.late = 6))
  await expect(edge).toHaveText('Go to live')
  const jumps = () =>
    client.page.evaluate(() => {
      const { video } = window.player
      return new Promise(resolve => video.addEventListener('seeked', () => resolve(window.late), { once: true }))
    })
  const jumped = jumps()
  await edge.click()
  await jumped
  await client.page.evaluate(() => ((window.late = 0), (window.player.video.currentTime = 0)))
  await expect(edge).toHaveText('Live')
  const again = jumps()
  await client.page.evaluate(() => (window.late = 16))
  await again
})

test('a film has a slider, and can be seen again', async ({ player, streams }) => {
  const client = await player({ src: streams.file })
  await plays(client)
  const slider = client.element.getByRole('slider', { name: 'Position' })
  await slider.fill('5')
  await expect.poll(() => stateOf(client)).toBe('ended')
  await client.element.getByRole('button', { name: 'Play' }).first().click()
  await plays(client)
  expect(await client.page.evaluate(() => window.player.video.currentTime)).toBeLessThan(4)
})

test('nothing to play with is loaded where there is nothing to play; what was asked before it came is done in order', async ({ player, streams }) => {
  const client = await player()
  const parts = []
  client.page.on('request', request => request.url().includes('/later/') && parts.push(new URL(request.url()).pathname))
  await expect(title(client, 'No video yet')).toBeVisible()
  await client.element.evaluate(element => Object.assign(element, { status: 'waiting', src: '/never.m3u8' }))
  await expect(title(client, 'The broadcast has not started')).toBeVisible()
  expect(parts).toEqual([])
  await client.element.evaluate((element, src) => {
    Object.assign(element, { status: 'live', src })
    element.pause()
  }, streams.file)
  await expect.poll(() => stateOf(client)).toBe('paused')
  await expect(client.element.getByRole('button', { name: 'Play' }).first()).toBeVisible()
  expect(streams.asked, 'what was paused does not begin by itself').toEqual([])
  expect(parts).toEqual(['/later/player-deck.js'])
  await client.page.evaluate(() => window.player.play())
  await plays(client)

  const states = await client.page.evaluate(async lines => {
    const other = document.createElement('live-player')
    const states = []
    other.addEventListener('player-state', ({ detail }) => states.push(detail.state))
    other.lines = lines.map(url => ({ url }))
    document.body.append(other)
    other.use(1)
    other.stop()
    await other.play()
    return [...states, other.line, other.state]
  }, [streams.hls, streams.file])
  expect(states).toEqual(['loading', 'idle', 'loading', 1, 'loading'])
})

test('where the way to play cannot be fetched the reader is told, and may try again', async ({ player, streams }) => {
  const client = await player()
  client.tolerate(/player-deck/)
  await client.page.route('**/later/player-deck.js*', route => route.abort())
  await client.element.evaluate((element, src) => (element.src = src), streams.file)
  const again = client.element.getByRole('button', { name: 'Try again' })
  await expect(again).toBeVisible()
  expect(await stateOf(client)).toBe('error')
  expect(await told(client, 'player-error')).toMatchObject([{ line: 0, isLost: true }])
  await client.page.unroute('**/later/player-deck.js*')
  await again.click()
  await plays(client)
  await expect(again).toHaveCount(0)
})

// --- what lies over it ---------------------------------------------------------------------------------------------------

test('nothing is loaded before the broadcast begins and after it has ended', async ({ player, streams }) => {
  const startsAt = String(Date.now() + 3_700_000)
  const client = await player({ src: streams.hls, status: 'waiting', 'starts-at': startsAt, poster: 'https://example.com/p.png' })
  await expect(title(client, 'The broadcast has not started')).toBeVisible()
  await expect(client.element.getByRole('timer')).toHaveText(/Starts in 1:01:\d\d/)
  const first = await client.element.getByRole('timer').textContent()
  await expect(client.element.getByRole('timer')).not.toHaveText(first)
  await expect(client.element.locator('img')).toHaveAttribute('src', 'https://example.com/p.png')
  await client.page.evaluate(() => window.player.play())
  expect(streams.asked).toEqual([])
  await client.element.evaluate(element => (element.status = 'live'))
  await plays(client)
  await expect(client.element.locator('img')).toHaveCount(0)
  await client.element.evaluate(element => (element.status = 'ended'))
  await expect(title(client, 'The broadcast has ended')).toBeVisible()
  expect(await client.page.evaluate(() => window.player.video.networkState)).toBe(0)
  await client.element.evaluate(element => Object.assign(element, { lang: 'zh-CN', status: 'waiting', startsAt: '' }))
  await expect(client.element.getByText('直播尚未开始')).toBeVisible()
  client.foreignRequests.length = 0 // the poster of another host, refused by the page's policy
  client.tolerate(/Content Security Policy/)
})

test('the room tells whether there is video', async ({ show, rest, name, streams }) => {
  const [room, ada] = [name('room'), name('ada')]
  await rest.createRoom(room, { owner: ada })
  const client = await show('live-player', { room, attributes: { src: streams.file } })
  client.tolerate(NET_ERRORS)
  const host = await show('live-player', { room, user: ada })
  await expect(title(host, 'No video yet')).toBeVisible()
  await client.element.evaluate(element => element.pause())
  await host.element.evaluate(element => element.room.announceLive(false))
  await expect(title(client, 'The broadcast has ended')).toBeVisible()
  await host.element.evaluate(element => element.room.announceLive(true))
  await expect(title(client, 'The broadcast has ended')).toHaveCount(0)
})

test('a page is not trusted with addresses: pictures and lines of odd kinds are left out', async ({ player }) => {
  const client = await player(
    { poster: 'javascript:alert(1)', lines: '[{"url": "javascript:alert(1)"}, {"url": 7}, null, "data:text/html,x"]' },
  )
  await expect(title(client, 'No video yet')).toBeVisible()
  await expect(client.element.locator('img')).toHaveCount(0)
  await client.element.evaluate(element => element.setAttribute('lines', '{not json'))
  await expect(title(client, 'No video yet')).toBeVisible()
})

test('a picture that loads does not jump: the place is kept, whatever comes', async ({ player, streams }) => {
  const client = await player({ src: streams.hls })
  const shape = () => client.element.evaluate(element => [element.offsetWidth, element.offsetHeight])
  expect(await shape()).toEqual([800, 450])
  await plays(client)
  expect(await shape()).toEqual([800, 450])
  await client.element.evaluate(element => (element.status = 'ended'))
  await expect(title(client, 'The broadcast has ended')).toBeVisible()
  expect(await shape()).toEqual([800, 450])
})

// --- the browser's leave -------------------------------------------------------------------------------------------------

test('where sound needs a tap it plays without, and a large button brings it', async ({ player, streams, site, launchOptions }) => {
  const browser = await chromium.launch({ ...launchOptions, args: [...launchOptions.args, '--autoplay-policy=document-user-activation-required'] })
  const client = await Client.open(browser, { site, path: '/live-room', label: 'strict reader' })
  // Put there by the page itself: a call from here would count as a tap.
  await client.page.addInitScript(src => {
    document.addEventListener('DOMContentLoaded', () => {
      window.player = document.createElement('live-player')
      window.player.src = src
      window.player.addEventListener('autoplay-blocked', ({ detail }) => window.recordEvent('blocked', detail))
      document.body.append(window.player)
    })
  }, streams.flv)
  await client.page.reload()
  client.element = client.page.locator('live-player')
  expect(await client.waitFor('blocked')).toEqual({ playing: true })
  await plays(client)
  expect(await client.page.evaluate(() => window.player.video.muted)).toBe(true)
  const unmute = client.element.getByRole('button', { name: 'Tap to unmute' })
  const box = await unmute.boundingBox()
  expect(box.height).toBeGreaterThanOrEqual(44)
  await unmute.click()
  await expect(unmute).toHaveCount(0)
  expect(await client.page.evaluate(() => window.player.video.muted)).toBe(false)
  await plays(client)
  expect(client.complaints()).toEqual([])
  await browser.close()
})

test('where nothing may play without a tap there is a large play button', async ({ player, streams }) => {
  const client = await player()
  await client.page.evaluate(() => {
    const play = HTMLMediaElement.prototype.play
    HTMLMediaElement.prototype.play = function () {
      return window.mayPlay ? play.call(this) : Promise.reject(new DOMException('no', 'NotAllowedError'))
    }
  })
  await client.element.evaluate((element, src) => (element.src = src), streams.hls)
  const play = client.element.getByRole('button', { name: 'Play' }).first()
  await expect(play).toBeVisible()
  await expect.poll(() => told(client, 'autoplay-blocked')).toEqual([{ name: 'autoplay-blocked', playing: false }])
  expect(await client.page.evaluate(() => window.player.video.muted)).toBe(false)
  await client.page.evaluate(() => (window.mayPlay = true))
  await play.click()
  await plays(client)
})

// --- the reader's hands --------------------------------------------------------------------------------------------------

test('keys: play, sound and loudness; typing in a slotted field does nothing', async ({ player, streams }) => {
  const client = await player({ src: streams.file })
  await client.page.evaluate(() => {
    const field = document.createElement('input')
    field.slot = 'controls'
    window.player.append(field)
  })
  await plays(client)
  const video = () => client.page.evaluate(() => (({ paused, muted, volume }) => ({ paused, muted, volume: Math.round(volume * 10) / 10 }))(window.player.video))
  await client.element.locator('.box').focus()
  await client.page.keyboard.press('m')
  expect(await video()).toEqual({ paused: false, muted: true, volume: 1 })
  await client.page.keyboard.press('ArrowDown')
  await client.page.keyboard.press('ArrowDown')
  expect(await video()).toEqual({ paused: false, muted: false, volume: 0.8 })
  await client.page.keyboard.press('ArrowUp')
  expect((await video()).volume).toBe(0.9)
  await client.page.keyboard.press('k')
  expect((await video()).paused).toBe(true)
  await client.page.keyboard.press(' ')
  expect((await video()).paused).toBe(false)
  // On a button a space presses it, and only it.
  await client.element.getByRole('button', { name: 'Mute' }).focus()
  await client.page.keyboard.press(' ')
  expect(await video()).toEqual({ paused: false, muted: true, volume: 0.9 })
  await client.element.getByRole('textbox').pressSequentially('km f')
  expect(await video()).toEqual({ paused: false, muted: true, volume: 0.9 })
  // Kept for the next video.
  await client.element.getByRole('button', { name: 'Unmute' }).click()
  expect(await client.page.evaluate(() => JSON.parse(localStorage.getItem('plaudit-player')))).toEqual({ volume: 0.9, muted: false })
  await client.page.reload()
  await player({ src: streams.file }, {}, { client })
  expect((await video()).volume).toBe(0.9)
})

test('lines and qualities are chosen by keyboard', async ({ player, streams }) => {
  const lines = [
    { url: streams.flv, name: 'FLV', quality: '1080p' },
    { url: `${streams.flv}?low`, name: 'FLV', quality: '480p' },
    { url: streams.master, name: '<b>HLS</b>' },
  ]
  const client = await player({}, { lines })
  await plays(client)
  const button = client.element.getByRole('button', { name: 'Line and quality' })
  await button.focus()
  await client.page.keyboard.press('Enter')
  await expect(button).toHaveAttribute('aria-expanded', 'true')
  const items = client.element.getByRole('menuitemradio')
  await expect(items).toHaveText(['FLV', '<b>HLS</b>', '1080p', '480p'])
  await expect(items.nth(0)).toBeFocused()
  await client.page.keyboard.press('ArrowUp')
  await expect(items.nth(3)).toBeFocused()
  await client.page.keyboard.press('Enter')
  await expect(button).toBeFocused()
  await expect(items).toHaveCount(0)
  expect(await client.page.evaluate(() => window.player.line)).toBe(1)
  await plays(client)
  await button.click()
  await client.page.keyboard.press('Home')
  await client.page.keyboard.press('ArrowDown')
  await client.page.keyboard.press('Enter')
  await plays(client)
  await button.click()
  await expect(items).toHaveText(['FLV', '<b>HLS</b>', 'Auto', '180p', '360p'])
  await expect(items.nth(2)).toHaveAttribute('aria-checked', 'true')
  await client.page.keyboard.press('End')
  await client.page.keyboard.press('Enter')
  await button.click()
  await expect(items.nth(4)).toHaveAttribute('aria-checked', 'true')
  await client.page.keyboard.press('Escape')
  await expect(items).toHaveCount(0)
  await expect(button).toBeFocused()
  // A second press closes it.
  await button.click()
  await expect(items).toHaveCount(5)
  await button.click()
  await expect(items).toHaveCount(0)
})

test('controls go while it plays and nothing moves, and stay for the keyboard and in a pause', async ({ player, streams }) => {
  const client = await player({ src: streams.flv })
  await plays(client)
  const bar = client.element.locator('.foot')
  const gone = (timeout = 6000) => expect(bar).toHaveCSS('opacity', '0', { timeout })
  const here = () => expect(bar).toHaveCSS('opacity', '1')
  await client.page.mouse.move(300, 300)
  await here()
  await gone()
  await expect(client.element.getByRole('button', { name: 'Pause' }), 'screen readers find it at any time').toHaveCount(1)
  await client.page.mouse.move(310, 300)
  await here()
  await client.page.keyboard.press('Tab')
  await client.page.keyboard.press('Tab')
  await expect(client.element.getByRole('button', { name: 'Pause' })).toBeFocused()
  const since = Date.now()
  await expect.poll(() => Date.now() - since, { timeout: 6000 }).toBeGreaterThan(4500)
  await here()
  await client.page.evaluate(() => document.activeElement.blur())
  await gone(8000)
  await client.page.evaluate(() => window.player.pause())
  await here()
})

test('controls stay while the keyboard stands on one of the page, and while what that opened is open', async ({ player, streams }) => {
  const client = await player({ src: streams.flv })
  await plays(client)
  await client.page.evaluate(() => {
    const button = Object.assign(document.createElement('button'), { slot: 'controls', id: 'own', textContent: 'Own' })
    const panel = Object.assign(document.createElement('div'), { id: 'panel', popover: 'auto', textContent: 'inside' })
    button.popoverTargetElement = panel
    window.player.append(button)
    document.body.append(panel)
  })
  const bar = client.element.locator('.foot')
  const stays = async () => {
    const since = Date.now()
    await expect.poll(() => Date.now() - since, { timeout: 6000 }).toBeGreaterThan(4500)
    await expect(bar).toHaveCSS('opacity', '1')
  }
  await client.page.keyboard.press('Tab')
  for (let step = 0; step < 10 && !(await client.page.evaluate(() => document.activeElement.id === 'own')); step += 1) await client.page.keyboard.press('Tab')
  await expect(client.page.locator('#own')).toBeFocused()
  await stays()
  await client.page.keyboard.press('Enter')
  await expect(client.page.locator('#panel')).toBeVisible()
  await client.page.evaluate(() => document.activeElement.blur())
  await stays()
  await client.page.keyboard.press('Escape')
  await expect(bar).toHaveCSS('opacity', '0', { timeout: 8000 })
})

test('the settings of the bullets are led to, and left to their button', async ({ show, rest, name, streams }) => {
  const room = name('room')
  await rest.createRoom(room)
  const client = await show('live-room', { room, user: name('ada'), attributes: { src: streams.flv } })
  client.tolerate(NET_ERRORS)
  const button = client.element.getByRole('button', { name: 'Bullet comment settings' })
  await button.focus()
  await client.page.keyboard.press('Enter')
  const panel = client.element.getByRole('dialog', { name: 'Bullet comment settings' })
  await expect(panel.getByRole('switch', { name: 'Show bullet comments' })).toBeFocused()
  await client.page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await expect(button).toBeFocused()
})

test('a line that fails and comes back is told to a screen reader once', async ({ player, streams }) => {
  const client = await player()
  client.tolerate(/dead|404/)
  const region = client.element.locator('.unseen[aria-live]')
  await expect(region).toHaveText('No video yet')
  await client.element.evaluate(element => {
    window.heard = []
    const region = element.shadowRoot.querySelector('.unseen[aria-live]')
    new MutationObserver(() => region.textContent && window.heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true })
  })
  streams.dead.add('/live.m3u8')
  await client.element.evaluate((element, src) => (element.src = src), streams.hls)
  await expect(region).toContainText('The video cannot be played now', { timeout: 20_000 })
  streams.dead.clear()
  await client.element.evaluate(element => element.reload())
  await plays(client, 20_000)
  streams.dead.add('/live.m3u8')
  await client.element.evaluate(element => element.reload())
  await expect(client.element.locator('.said .title')).toHaveText('The video cannot be played now', { timeout: 20_000 })
  expect((await client.page.evaluate(() => window.heard)).filter(text => /cannot be played/.test(text))).toHaveLength(1)
})

test('full screen is that of the target, which is the player itself or what the page names', async ({ player, streams }) => {
  const client = await player({ src: streams.file })
  await plays(client)
  const full = () => client.page.evaluate(() => document.fullscreenElement?.id || document.fullscreenElement?.localName)
  await client.element.getByRole('button', { name: 'Full screen', exact: true }).click()
  await expect.poll(full).toBe('live-player')
  await client.element.getByRole('button', { name: 'Leave full screen' }).click()
  await expect.poll(full).toBeUndefined()
  await client.page.evaluate(() => {
    const room = document.createElement('div')
    room.id = 'room'
    document.body.append(room)
    room.append(window.player)
    window.player.fullscreenTarget = room
  })
  await plays(client)
  await client.element.locator('.box').focus()
  await client.page.keyboard.press('f')
  await expect.poll(full).toBe('room')
  await client.page.keyboard.press('f')
  await expect.poll(full).toBeUndefined()
})

test('buttons stand only where the browser can do it, and captions where there are some', async ({ player, streams }) => {
  const client = await player()
  await client.page.evaluate(() => {
    Object.defineProperty(document, 'pictureInPictureEnabled', { configurable: true, get: () => window.pip })
  })
  await client.element.evaluate((element, src) => (element.src = src), streams.file)
  await plays(client)
  const pip = client.element.getByRole('button', { name: 'Picture in picture' })
  await expect(pip).toHaveCount(0)
  await client.element.evaluate(element => ((window.pip = true), element.requestUpdate()))
  await expect(pip).toBeVisible()
  const captions = client.element.getByRole('button', { name: 'Captions' })
  await expect(captions).toHaveCount(0)
  await client.element.evaluate(element => {
    const track = element.video.addTextTrack('captions', 'English', 'en')
    track.addCue(new VTTCue(0, 99, 'hello'))
  })
  await expect(captions).toHaveAttribute('aria-pressed', 'false')
  await captions.click()
  await expect(captions).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(() => client.element.evaluate(element => element.video.textTracks[0].activeCues?.[0]?.line)).toBe(-4)
  await captions.click()
  expect(await client.element.evaluate(element => element.video.textTracks[0].mode)).toBe('disabled')
})

test('what lies in the overlay is over the picture, and lets clicks through', async ({ player, streams }) => {
  const client = await player({ src: streams.file })
  await client.page.evaluate(() => {
    const layer = document.createElement('div')
    layer.slot = 'overlay'
    layer.style.cssText = 'position: absolute; inset: 0'
    layer.addEventListener('click', () => (window.clicked = 'layer'))
    const gift = document.createElement('button')
    gift.textContent = 'gift'
    gift.style.pointerEvents = 'auto'
    layer.append(gift)
    window.player.append(layer)
    window.player.addEventListener('dblclick', () => (window.liked = true))
  })
  await plays(client)
  await client.page.mouse.dblclick(400, 200)
  expect(await client.page.evaluate(() => [window.clicked, window.liked, window.player.state])).toEqual([undefined, true, 'playing'])
  await client.page.getByRole('button', { name: 'gift' }).click()
  expect(await client.page.evaluate(() => window.clicked)).toBe('layer')
})
