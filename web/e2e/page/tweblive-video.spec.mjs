// The player of a page that was written for tweblive, on the original and on the facade.
import { Streams } from '../lib/streams.mjs'
import { expect, LivePage, test } from '../lib/tweblive.mjs'

const DOT = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='

const videoTest = test.extend({
  /** Broadcasts. */
  streams: [
    async ({}, use) => {
      const streams = await Streams.start()
      await use(streams)
      await streams.dispose()
    },
    { scope: 'worker' },
  ],
})

/** What a page shows that plays, pauses and stops. */
async function watching({ openPage, server, name }, on, addresses) {
  const live = await LivePage.open(openPage, { on, room: name('room'), server })
  const video = live.page.locator('#video video')
  const at = () => video.evaluate(element => element.currentTime)
  const told = []
  const step = async (act, ...lines) => {
    await act()
    for (const line of lines) await live.shows(line)
    told.push(await live.news())
  }
  await step(() => live.watch(addresses), 'play: accepted', 'player: playing')
  const first = await at()
  await expect.poll(at, 'the picture moves').toBeGreaterThan(first + 0.2)
  await step(() => live.press('Pause'), 'player: paused')
  const paused = await at()
  await step(() => live.press('Resume'), 'player: playing')
  await expect.poll(at, 'it goes on').toBeGreaterThan(paused + 0.2)
  await step(() => live.press('Stop'), 'player: stopped')
  if (on === 'ours') await expect(video, 'nothing is left').toHaveCount(0)
  await step(() => live.press('Stop'))
  await step(() => live.watch(addresses), 'play: accepted', 'player: playing')
  return told
}

videoTest('a broadcast in FLV and HLS, and one in HLS alone, is played, paused and stopped as by the original', async ({ openPage, server, name, streams: { flv, hls } }) => {
  test.slow()
  for (const addresses of [{ flv, hls }, { hls }]) {
    const before = await watching({ openPage, server, name }, 'v2', addresses)
    expect(await watching({ openPage, server, name }, 'ours', addresses)).toEqual(before)
  }
})

videoTest('a broadcast that cannot be had is an error in words of the page', async ({ openPage, server, name, streams }) => {
  const dead = { flv: `${streams.url}/gone.flv`, hls: `${streams.url}/gone.m3u8` }
  const told = async on => {
    const live = await LivePage.open(openPage, { on, room: name('room'), server })
    live.client.tolerate(/status of 404/, /Loader error, code = 404/, /HttpStatusCodeInvalid/)
    await live.watch(dead)
    await expect.poll(() => live.journal(), { timeout: 20_000 }).toContain('trouble: error 2')
    await expect(live.page.locator('#video')).toContainText('Words of the page for 2')
    await expect(live.page.locator('#trouble')).toHaveText('error 2')
    return (await live.journal()).filter(line => !line.startsWith('player:'))
  }
  expect(await told('ours')).toEqual(await told('v2'))
})

videoTest('where one address is dead, the other is played: the original gave up', async ({ openPage, server, name, streams }) => {
  const live = await LivePage.open(openPage, { on: 'ours', room: name('room'), server })
  live.client.tolerate(/status of 404/)
  await live.watch({ flv: `${streams.url}/gone.flv`, hls: streams.hls })
  await live.shows('player: playing')
  expect(await live.journal()).not.toContain('trouble: error 2')
})

// --- the facade alone ---------------------------------------------------------------------------------------------------

videoTest('a browser that wants a tap first is told to the page, and resumePlay in a tap brings the sound', async ({ openIn, streams }) => {
  streams.asked.length = 0
  const live = await openIn(['--autoplay-policy=document-user-activation-required'], { autoplay: 1, hls: streams.hls })
  // Looking into the page would count as a tap: wait until it has loaded enough to have tried.
  await expect.poll(() => streams.asked.filter(path => path.endsWith('.ts')).length).toBeGreaterThan(6)
  await live.shows('player: not allowed')
  const video = live.page.locator('#video video')
  await live.press('Tap to play')
  await expect.poll(() => video.evaluate(element => [element.paused, element.muted])).toEqual([false, false])
})

test('a player is driven from 0 to 100, twice, and before it is there', async ({ facade }) => {
  const live = await facade()
  const outcome = await live.run(async () => {
    const code = promise => promise.then(value => value, error => `${error.code} ${error.message}`)
    const other = TWebLive.createPlayer()
    const told = [other.isPlaying(), other.stopPlay(), other.stopPlay(), other.setPlayoutVolume(30), await other.pauseVideo(), await other.resumeVideo(), await other.pauseAudio(), await other.resumeAudio(), await other.resumePlay()]
    told.push(await code(other.startPlay('https://hls=/gone.m3u8')))
    other.setRenderView({ elementID: 'nowhere' })
    told.push(await code(other.startPlay('https://hls=/gone.m3u8')))
    other.setRenderView({ elementID: 'video' })
    told.push(await code(other.startPlay()), await code(other.startPlay('room://sdkappid=1&roomid=2&userid=u&usersig=s')))
    await other.startPlay('https://hls=/gone.m3u8')
    const { video } = document.querySelector('#video live-player')
    const volumes = [[video.volume, video.muted]]
    for (const volume of [-1, 0, 55, 101, '20', NaN]) {
      other.setPlayoutVolume(volume)
      volumes.push([video.volume, video.muted])
    }
    await other.pauseAudio()
    volumes.push(video.muted)
    await other.resumeAudio()
    volumes.push(video.muted)
    // A start that is taken back while the player is fetched, and one over another.
    void other.startPlay('https://hls=/a.m3u8')
    other.stopPlay()
    await Promise.all([other.startPlay('https://hls=/b.m3u8'), other.startPlay('https://hls=/c.m3u8')])
    volumes.push([...document.querySelectorAll('#video live-player')].map(element => element.lines[0].url))
    other.stopPlay()
    other.stopPlay()
    return { told, volumes, left: document.querySelectorAll('#video *').length }
  })
  live.client.tolerate(/404/)
  expect(outcome.told.slice(0, 9)).toEqual([false, ...Array(8).fill(undefined)])
  expect(outcome.told.slice(9)).toEqual([
    '10004 call setRenderView first',
    '10004 there is no element with the id "nowhere"',
    '10004 an address begins with https:// or room://',
    '990001 room:// needs a WebRTC adapter: createPlayer({ adapter })',
  ])
  expect(outcome.volumes).toEqual([[0.3, false], [0, true], [0, true], [0.55, false], [1, false], [1, false], [1, false], true, false, ['/c.m3u8']])
  expect(outcome.left).toBe(0)
})

test('a poster has its style, and without autoplay nothing is loaded', async ({ facade }) => {
  const live = await facade()
  live.client.tolerate(/404/)
  const looks = await live.run(async dot => {
    const found = []
    for (const config of [{ poster: dot }, { poster: { src: dot, style: 'stretch' }, autoplay: true }]) {
      const other = TWebLive.createPlayer()
      other.setRenderView({ elementID: 'video' })
      other.setCustomConfig(config)
      await other.startPlay('https://hls=/gone.m3u8')
      const element = document.querySelector('#video live-player')
      found.push([element.poster, element.style.getPropertyValue('--lr-poster-fit'), element.noAutoplay])
      other.stopPlay()
    }
    return found
  }, DOT)
  expect(looks).toEqual([[DOT, 'scale-down', true], [DOT, 'fill', false]])
})
