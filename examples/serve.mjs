// Serves the two pages, and the two packages under the names of their import map: node examples/serve.mjs [PORT]
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(new URL('../web/package.json', import.meta.url))

/** The official package is no ES module; a bundler would do the same to it. */
const asModule = source => `const module = { exports: {} }, exports = module.exports;\n${source}\nexport default module.exports;`

const FILES = {
  '/official.html': ['text/html', () => readFile(new URL('official.html', import.meta.url))],
  '/ours.html': ['text/html', () => readFile(new URL('ours.html', import.meta.url))],
  '/sdk/official.mjs': ['text/javascript', async () => asModule(await readFile(require.resolve('@tencentcloud/chat/index.js'), 'utf8'))],
  '/sdk/ours.mjs': ['text/javascript', () => readFile(new URL('../web/sdk/dist/plaudit-chat.js', import.meta.url))],
}

/** A handler for node's http server. */
export async function answer(request, response) {
  const file = FILES[new URL(request.url, 'http://localhost').pathname]
  if (!file) return response.writeHead(404).end()
  const [kind, read] = file
  const body = await read()
  response.writeHead(200, { 'content-type': `${kind}; charset=utf-8` }).end(body)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = createServer(answer).listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () => {
    const origin = `http://127.0.0.1:${server.address().port}`
    console.log(`${origin}/official.html and ${origin}/ours.html`)
  })
}
