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

const home = fileURLToPath(new URL('..', import.meta.url))
const within = (...parts) => path.join(home, ...parts)
const kb = bytes => `${(bytes / 1024).toFixed(1)} KB`

/** Bytes of what is loaded at once for an entry, as a bundler would make it: Lit is in it, the chat SDK and what comes on demand are not. */
async function weigh(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [within(entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    splitting: true,
    outdir: '/out',
    write: false,
    metafile: true,
    legalComments: 'none',
    external: ['@plaudit/chat', 'hls.js', 'mpegts.js', 'qrcode-generator', '@tanstack/virtual-core'],
    tsconfig: within('tsconfig.json'),
  })
  const wanted = new Set()
  const outputs = new Map(Object.entries(metafile.outputs).map(([file, output]) => [path.basename(file), output]))
  const want = file => {
    if (wanted.has(file)) return
    wanted.add(file)
    for (const { path: imported, kind } of outputs.get(file).imports) if (kind === 'import-statement' && outputs.has(path.basename(imported))) want(path.basename(imported))
  }
  want([...outputs].find(([, { entryPoint }]) => entryPoint?.endsWith(entry))[0])
  const files = outputFiles.filter(file => wanted.has(path.basename(file.path)))
  return files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
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
