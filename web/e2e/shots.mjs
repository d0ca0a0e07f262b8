// Pictures of the elements for the docs: three widths, two themes, two languages, from the demo's room.
//
//   cargo xtask demo --port 8123          in one shell
//   node e2e/shots.mjs http://127.0.0.1:8123          in another, from web/; writes docs/images/live-room/
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const [demo] = process.argv.slice(2)
const OUT = fileURLToPath(new URL('../../docs/images/live-room/', import.meta.url))
const SIZES = [
  [360, 720],
  [768, 900],
  [1280, 720],
]

const browser = await chromium.launch({ executablePath: process.env.PLAUDIT_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
await mkdir(OUT, { recursive: true })
const WAIT = { timeout: 120_000 }

// Those of a kind at once: a dozen films are too much for a small machine.
for (const [theme, language] of ['light', 'dark'].flatMap(theme => ['en', 'zh'].map(language => [theme, language]))) await shoot(theme, language)
await browser.close()

function shoot(theme, language) {
  return Promise.all(SIZES.map(async ([width, height]) => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme, locale: language === 'zh' ? 'zh-CN' : 'en' })
    // The widest is the host's.
    await page.goto(`${demo}/${width > 1000 ? 'host' : 'viewer'}`)
    await page.waitForFunction(() => document.querySelector('live-room')?.room?.recent.length > 12, undefined, WAIT)
    await page.waitForFunction(() => {
      const player = document.querySelector('live-room').shadowRoot.querySelector('live-player')
      return player.video.currentTime > 0
    }, undefined, WAIT)
    // A gift's banner is worth a picture.
    await page.waitForFunction(() => document.querySelector('live-room').shadowRoot.querySelector('live-gifts').shadowRoot.querySelector('[part=banner]'), undefined, WAIT)
    await page.screenshot({ path: `${OUT}${width}-${theme}-${language}.jpg`, type: 'jpeg', quality: 78 })
    await page.close()
  }))
}
