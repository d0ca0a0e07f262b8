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
const all = SIZES.flatMap(size => ['light', 'dark'].flatMap(theme => ['en', 'zh'].map(language => ({ size, theme, language }))))
// All at once: the room's evening is the same for all of them.
await Promise.all(
  all.map(async ({ size: [width, height], theme, language }) => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme, locale: language === 'zh' ? 'zh-CN' : 'en' })
    // The widest is the host's.
    await page.goto(`${demo}/${width > 1000 ? 'host' : 'viewer'}`)
    await page.waitForFunction(() => document.querySelector('live-room')?.room?.recent.length > 12, undefined, { timeout: 90_000 })
    await page.waitForFunction(() => {
      const player = document.querySelector('live-room').shadowRoot.querySelector('live-player')
      return player.video.currentTime > 0
    })
    // A gift's banner is worth a picture.
    await page.waitForFunction(() => document.querySelector('live-room').shadowRoot.querySelector('live-gifts').shadowRoot.querySelector('[part=banner]'), undefined, { timeout: 60_000 })
    await page.screenshot({ path: `${OUT}${width}-${theme}-${language}.jpg`, type: 'jpeg', quality: 78 })
    await page.close()
  }),
)
await browser.close()
