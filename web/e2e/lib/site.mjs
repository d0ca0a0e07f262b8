// A blank page per SDK. The official SDKs come straight out of node_modules: nothing of the vendor is copied. Ours is what
// `npm run build` made in web/sdk.
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const FILES = {
  '/sdk/v2.js': require.resolve('tim-js-sdk/tim-js.js'),
  '/sdk/v3.js': require.resolve('@tencentcloud/chat/index.js'),
  '/sdk/ours.js': fileURLToPath(new URL('../../sdk/dist/plaudit-chat.umd.cjs', import.meta.url)),
  '/live-room.js': fileURLToPath(new URL('../../live-room/dist/plaudit-live-room.umd.cjs', import.meta.url)),
  '/sdk/tweblive.js': require.resolve('tweblive/tweblive.js'),
  '/sdk/plaudit-tweblive.js': fileURLToPath(new URL('../../tweblive/dist/plaudit-tweblive.umd.cjs', import.meta.url)),
}
/** Folders of which any file may be asked for, by its plain name. */
const FOLDERS = {
  // What the elements' script loads on demand lies beside it.
  '/later/': new URL('../../live-room/dist/later/', import.meta.url),
  '/sdk/player/': new URL('../../tweblive/dist/player/', import.meta.url),
  '/tweblive-page/': new URL('../tweblive-page/', import.meta.url),
}
const KINDS = { js: 'text/javascript', css: 'text/css', html: 'text/html' }
const GLOBAL = { v2: 'TIM', v3: 'TencentCloudChat', ours: 'Plaudit.TencentCloudChat' }

const page = scripts => `<!doctype html><meta charset="utf-8"><title>Plaudit test page</title><link rel="icon" href="data:,">${scripts}`

const script = src => `<script src="${src}"></script>`

/** The page of one SDK: `window.SDK` is its namespace. */
const sdkPage = sdk => page(`${script(`/sdk/${sdk}.js`)}<script>window.SDK = ${GLOBAL[sdk]}</script>`)

/**
 * tweblive makes its chat instance itself and cannot be given a server, so `create` is wrapped between the two scripts,
 * as the wire page (section 10) and our migration guide tell.
 */
const twebliveScripts = (sdk, proxyServer) => `${script(`/sdk/${sdk}.js`)}<script>
  window.TRTC = window.TRTC || {};
  window.TIM = ${GLOBAL[sdk]};
  (create => { TIM.create = options => create.call(TIM, { ...options, proxyServer: ${JSON.stringify(proxyServer)} }); })(TIM.create);
</script>${script('/sdk/tweblive.js')}`

/** What a page changes that comes from tweblive: one script tag instead of these. */
const facadeScript = proxyServer => `<script src="/sdk/plaudit-tweblive.js" data-server="${proxyServer}"></script>`

const scriptsOf = (on, proxyServer) => (on === 'ours' ? facadeScript(proxyServer) : twebliveScripts(on, proxyServer))

/** Nothing inline, nothing evaluated, no text that becomes markup: the elements must do with it. */
const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob: http://127.0.0.1:*",
  'worker-src blob:',
  'connect-src *',
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

function fileIn(pathname) {
  const folder = Object.keys(FOLDERS).find(path => pathname.startsWith(path))
  const name = folder && pathname.slice(folder.length)
  return /^\w[\w.-]*\.(js|css|html)$/.test(name ?? '') ? new URL(name, FOLDERS[folder]) : undefined
}

export class Site {
  static async start() {
    const site = new Site()
    site.server = http.createServer((request, response) => site.#serve(request, response))
    await new Promise(resolve => site.server.listen(0, '127.0.0.1', resolve))
    site.url = `http://127.0.0.1:${site.server.address().port}`
    return site
  }

  async #serve(request, response) {
    const url = new URL(request.url, this.url)
    const sdk = url.searchParams.get('sdk')
    if (FILES[url.pathname]) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8')
      response.end(await readFile(FILES[url.pathname]))
    } else if (url.pathname === '/live-room') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      // What hostile texts try must fail by itself, not because the policy stops it.
      if (!url.searchParams.has('lax')) response.setHeader('content-security-policy', STRICT)
      response.end(page('<html lang="en"><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"><script src="/live-room.js"></script><body>'))
    } else if (url.pathname === '/page.css') {
      response.setHeader('content-type', 'text/css')
      response.end('html, body { margin: 0; block-size: 100% }')
    } else if (GLOBAL[url.pathname.slice(1)]) {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(sdkPage(url.pathname.slice(1)))
    } else if (url.pathname === '/tweblive' && GLOBAL[sdk]) {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(page(scriptsOf(sdk, url.searchParams.get('proxyServer'))))
    } else if (url.pathname === '/tweblive-page') {
      const on = url.searchParams.get('on')
      const text = await readFile(new URL('index.html', FOLDERS['/tweblive-page/']), 'utf8')
      response.setHeader('content-type', 'text/html; charset=utf-8')
      if (on === 'ours') response.setHeader('content-security-policy', STRICT)
      response.end(text.replace('<!-- scripts -->', () => scriptsOf(on, url.searchParams.get('proxyServer'))))
    } else if (fileIn(url.pathname)) {
      response.setHeader('content-type', `${KINDS[url.pathname.split('.').pop()]}; charset=utf-8`)
      response.end(await readFile(fileIn(url.pathname)))
    } else {
      response.statusCode = 404
      response.end()
    }
  }

  async dispose() {
    this.server.closeAllConnections()
    await new Promise(resolve => this.server.close(resolve))
  }
}
