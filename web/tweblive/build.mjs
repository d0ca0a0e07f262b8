// Builds dist/: an ES module and a CommonJS one for bundlers (the SDK and the player left outside), and one file for a
// script tag with everything but the player, which lies beside it in player/ and is fetched when somebody plays.
// `build/` has the same code file by file, for the tests.
import { execFileSync } from 'node:child_process'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))
const within = (...parts) => path.join(here, ...parts)
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

await Promise.all(['build', 'dist'].map(folder => rm(within(folder), { recursive: true, force: true })))
execFileSync(process.execPath, [tsc, '--project', here], { stdio: 'inherit' })

const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', tsconfig: within('tsconfig.json') }
const index = { ...common, entryPoints: [within('src/index.ts')] }

// --- for bundlers ------------------------------------------------------------------------------------------------------

await build({ ...index, format: 'esm', packages: 'external', outfile: within('dist/plaudit-tweblive.js') })
await build({ ...index, format: 'cjs', packages: 'external', supported: { 'dynamic-import': true }, outfile: within('dist/plaudit-tweblive.cjs') })

// Types: those for `require` are the same under the names that TypeScript looks for.
await cp(within('build'), within('dist/types'), { recursive: true, filter: file => !file.endsWith('.js') })
for (const file of await readdir(within('dist/types'), { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue
  const text = await readFile(within('dist/types', file), 'utf8')
  await writeFile(within('dist/types', file.replace(/\.d\.ts$/, '.d.cts')), text.replace(/((?:from |import\()['"]\.[^'"]*)\.js(['"])/g, '$1.cjs$2'))
}

// --- for script tags ---------------------------------------------------------------------------------------------------

/** The global `TWebLive` is the namespace itself, as pages know it. */
await build({
  ...index,
  format: 'iife',
  globalName: 'made',
  outfile: within('dist/plaudit-tweblive.umd.cjs'),
  banner: { js: '!function(root,make){var made=make();typeof exports=="object"?Object.assign(exports,made):root.TWebLive=made.default}(typeof self>"u"?this:self,function(){' },
  footer: { js: 'return made});' },
  plugins: [{ name: 'player-beside', setup: playerBeside }],
})

await build({
  ...common,
  entryPoints: { 'live-player': '@plaudit/live-room/define/player' },
  format: 'esm',
  splitting: true,
  outdir: within('dist/player'),
  plugins: [{ name: 'chat-of-script', setup: chatOfScript }],
})

/** A script tag knows no packages. */
function playerBeside({ onResolve }) {
  onResolve({ filter: /\/element\.js$/ }, () => ({ path: within('src/player/element-beside.ts') }))
}

/** The element's room needs the chat SDK, which the script has. */
function chatOfScript({ onResolve, onLoad }) {
  onResolve({ filter: /^@plaudit\/chat$/ }, ({ path }) => ({ path, namespace: 'chat' }))
  onLoad({ filter: /.*/, namespace: 'chat' }, () => ({ contents: "module.exports = globalThis[Symbol.for('plaudit.chat')]" }))
}
