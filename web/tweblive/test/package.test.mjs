// What is shipped: small enough, and found by every kind of program. Run after `npm run build`.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'

const require = createRequire(import.meta.url)
const home = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const source = file => readFile(path.join(home, 'dist', file), 'utf8')

/** The facade alone; and with the SDK in it, what a page loads instead of the original's 67 KB and its SDKs. */
for (const [file, most] of [['plaudit-tweblive.js', 6144], ['plaudit-tweblive.umd.cjs', 26 * 1024]]) {
  test(`dist/${file} is at most ${most} bytes, gzip -9`, async context => {
    const bytes = gzipSync(await source(file), { level: 9 }).length
    context.diagnostic(`${file}: ${bytes} bytes`)
    assert.ok(bytes <= most, `${bytes} bytes`)
  })
}

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: home, level: 'suggestion', strict: true })
  assert.deepEqual(messages, [])
})

test('types are found from every kind of module (attw)', async () => {
  const attw = path.join(path.dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
  const { stdout } = await run(process.execPath, [attw, '--pack', home, '--no-color', '--format', 'ascii', '--entrypoints', '.']).catch(error => assert.fail(error.stdout + error.stderr))
  assert.match(stdout, /No problems found/)
})

test('programs in TypeScript compile', async () => {
  const tsc = require.resolve('typescript/bin/tsc')
  await run(process.execPath, [tsc, '--project', path.join(home, 'test/types')]).catch(error => assert.fail(error.stdout))
})

test('the player is fetched when it is needed, and lies beside the script', async () => {
  for (const file of ['plaudit-tweblive.js', 'plaudit-tweblive.cjs']) assert.match(await source(file), /import\("@plaudit\/live-room\/define\/player"\)/)
  assert.match(await source('plaudit-tweblive.umd.cjs'), /player\/live-player\.js/)
  assert.ok((await readdir(path.join(home, 'dist/player'))).includes('live-player.js'))
  assert.doesNotMatch(await source('player/live-player.js'), /sdkStateReady/, 'it brings no second chat SDK')
})

test('a script tag finds the namespace, require the same names as import', async () => {
  const page = {}
  new Function('self', 'exports', await source('plaudit-tweblive.umd.cjs'))(page, undefined)
  assert.deepEqual(Object.keys(page.TWebLive).sort(), ['EVENT', 'TYPES', 'createIM', 'createPlayer', 'createPusher'])
  const [imported, required] = [await import('../dist/plaudit-tweblive.js'), require('../dist/plaudit-tweblive.cjs')]
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort())
  assert.deepEqual(Object.keys(imported.default).sort(), Object.keys(page.TWebLive).sort())
})

test('without a page nothing happens at import, and calls tell what is wrong', async () => {
  const { createIM, createPusher } = await import('../dist/plaudit-tweblive.js')
  assert.throws(() => createIM(), { code: 2000 })
  assert.throws(() => createIM({ SDKAppID: 'x' }), { code: 2000 })
  assert.throws(() => createPusher({}))
})
