// What is shipped: small enough, and found by every kind of program. Run after `npm run build`.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
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

/** The promise of the README; the official SDKs are 140 to 173 KB. */
const GZIP_BYTES_MAX = 20_480

for (const file of ['plaudit-chat.js', 'plaudit-chat.umd.cjs']) {
  test(`dist/${file} is at most ${GZIP_BYTES_MAX} bytes, gzip -9`, async context => {
    const bytes = gzipSync(await readFile(path.join(home, 'dist', file)), { level: 9 }).length
    context.diagnostic(`${file}: ${bytes} bytes`)
    assert.ok(bytes <= GZIP_BYTES_MAX, `${bytes} bytes`)
  })
}

test('nothing is asked of other packages at run time', async () => {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'))
  assert.deepEqual([dependencies, peerDependencies], [undefined, undefined])
  assert.doesNotMatch(await readFile(path.join(home, 'dist/plaudit-chat.js'), 'utf8'), /^import|\bimport\(/m)
})

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: home, level: 'suggestion', strict: true })
  assert.deepEqual(messages, [])
})

test('types are found from every kind of module (attw)', async () => {
  const attw = path.join(path.dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
  const { stdout } = await run(process.execPath, [attw, '--pack', home, '--no-color', '--format', 'ascii']).catch(error => assert.fail(error.stdout + error.stderr))
  assert.match(stdout, /No problems found/)
})

test('programs in TypeScript compile as they do with the official SDK', async () => {
  const tsc = require.resolve('typescript/bin/tsc')
  await run(process.execPath, [tsc, '--project', path.join(home, 'test/types')]).catch(error => assert.fail(error.stdout))
})

test('a script tag finds the global, require the same names as import', async () => {
  const source = await readFile(path.join(home, 'dist/plaudit-chat.umd.cjs'), 'utf8')
  const page = {}
  new Function('self', 'exports', source)(page, undefined)
  assert.equal(page.Plaudit.TIM, page.Plaudit.TencentCloudChat)
  const [imported, required] = [await import('../dist/plaudit-chat.js'), require('../dist/plaudit-chat.umd.cjs')]
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort())
  assert.equal(required.default, required.TencentCloudChat)
})
