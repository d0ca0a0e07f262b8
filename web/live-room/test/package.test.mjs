// What is shipped: small enough, found by every kind of program, and safe to import where there is no page.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { pages } from '../docs.mjs'
import { squeezeCss } from '../squeeze-css.mjs'

const home = fileURLToPath(new URL('..', import.meta.url))
const within = (...parts) => path.join(home, ...parts)
const kb = bytes => `${(bytes / 1024).toFixed(1)} KB`

/** What is imported on demand stays outside, however the entry is bundled. */
const leaveOnDemand = {
  name: 'leave on demand',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

/** Bytes of what is loaded at once for an entry, as one file of a bundler: Lit is in it, the chat SDK and what comes on demand are not. */
async function weigh(entry) {
  const { outputFiles } = await build({
    entryPoints: [within(entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    legalComments: 'none',
    external: ['@plaudit/chat'],
    tsconfig: within('tsconfig.json'),
    plugins: [leaveOnDemand, squeezeCss],
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

for (const [entry, max] of [['src/define/chat.ts', 22], ['src/define.ts', 45]]) {
  test(`${entry} is at most ${max} KB gzip, Lit included`, async context => {
    const bytes = await weigh(entry)
    context.diagnostic(`${entry}: ${bytes} bytes, ${kb(bytes)}`)
    assert.ok(bytes <= max * 1024, kb(bytes))
  })
}

test('the file for a script tag is at most 70 KB gzip, before players', async context => {
  const bytes = gzipSync(await readFile(within('dist/plaudit-live-room.umd.cjs')), { level: 9 }).length
  context.diagnostic(`plaudit-live-room.umd.cjs: ${bytes} bytes, ${kb(bytes)}`)
  assert.ok(bytes <= 70 * 1024, kb(bytes))
})

// Fetched when somebody opens the panel of all emoji: the panel and the list always, words in one language.
for (const [part, max] of [['emoji-all', 8], ['emoji-data-list', 8], ['emoji-data-en', 30], ['emoji-data-zh', 36]]) {
  test(`${part} is at most ${max} KB gzip`, async context => {
    const bytes = gzipSync(await readFile(within(`dist/later/chat-${part}.js`)), { level: 9 }).length
    context.diagnostic(`${part}: ${bytes} bytes, ${kb(bytes)}`)
    assert.ok(bytes <= max * 1024, kb(bytes))
  })
}

test('no emoji data in what is loaded at once', async () => {
  for (const file of ['plaudit-live-room.umd.cjs', 'later/chat-later-later.js', 'later/chat-later-emoji.js']) assert.doesNotMatch(await readFile(within('dist', file), 'utf8'), /🦖|\\u\{?1F996|\\uD83E\\uDD96/i, file)
})

test('the licence of the emoji data goes with it', async () => {
  assert.match(await readFile(within('dist/emojibase-data.LICENSE'), 'utf8'), /MIT License/)
})

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: home, level: 'suggestion', strict: true })
  assert.deepEqual(messages, [])
})

test('the classes can be imported where there is no page', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', "const { LiveRoom } = await import('@plaudit/live-room'); console.log(typeof LiveRoom)"], { cwd: home })
  assert.equal(stdout.trim(), 'function')
})

test('the pages about the elements are current', async () => {
  for (const [file, text] of await pages()) {
    const kept = await readFile(within('../../docs/elements', file), 'utf8').catch(() => '')
    assert.equal(kept, text, `docs/elements/${file}: run \`npm run docs\` in web/live-room`)
  }
})

test('the manifest knows every element', async () => {
  const { modules } = JSON.parse(await readFile(within('dist/custom-elements.json'), 'utf8'))
  const tags = modules.flatMap(({ declarations = [] }) => declarations).flatMap(({ tagName }) => tagName ?? [])
  const files = (await readdir(within('src/define'))).map(file => (file === 'room.ts' ? 'live-room' : `live-${file.replace('.ts', '')}`))
  assert.deepEqual(files.filter(tag => !tags.includes(tag)), [])
})
