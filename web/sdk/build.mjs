// Builds dist/: one ES module, one UMD file, and their types. `build/` has the same code file by file, for the tests.
import { execFileSync } from 'node:child_process'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))
const within = (...parts) => path.join(here, ...parts)
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/** A script tag finds it as `Plaudit`; `require` gets the exports of the module. That one is the default is said in a way
 * that tools see without running it. */
const UMD = {
  banner:
    '!function(root,make){var made=make();typeof exports=="object"?' +
    '(Object.defineProperty(exports,"__esModule",{value:!0}),exports.default=made.default,Object.assign(exports,made))' +
    ':root.Plaudit=made}(typeof self>"u"?this:self,function(){',
  footer: 'return Plaudit});',
}

await Promise.all(['build', 'dist'].map(folder => rm(within(folder), { recursive: true, force: true })))
execFileSync(process.execPath, [tsc, '--project', here], { stdio: 'inherit' })

const common = { entryPoints: [within('src/index.ts')], bundle: true, minify: true, target: 'es2021', legalComments: 'none' }
await build({ ...common, format: 'esm', outfile: within('dist/plaudit-chat.js') })
await build({
  ...common,
  format: 'iife',
  globalName: 'Plaudit',
  outfile: within('dist/plaudit-chat.umd.cjs'),
  banner: { js: UMD.banner },
  footer: { js: UMD.footer },
})

// Types: those for `require` are the same under the names that TypeScript looks for.
await cp(within('build'), within('dist/types'), { recursive: true, filter: file => !file.endsWith('.js') })
for (const file of await readdir(within('dist/types'), { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue
  const text = await readFile(within('dist/types', file), 'utf8')
  await writeFile(within('dist/types', file.replace(/\.d\.ts$/, '.d.cts')), text.replace(/(from '\.[^']*)\.js'/g, "$1.cjs'"))
}
