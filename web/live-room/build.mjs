// Builds dist/: ES modules for bundlers (several entries, libraries left outside), and for a script tag one file with
// everything that is needed at once, beside it `later/` with what is loaded when somebody asks for it. `build/` has the
// same code file by file, for the tests.
import { execFileSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildForScriptTag } from './build-script.mjs'
import { writeEmojiData } from './emoji-data.mjs'
import { squeezeCss } from './squeeze-css.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const within = (...parts) => path.join(here, ...parts)
const require = createRequire(import.meta.url)
const run = (program, ...words) => execFileSync(process.execPath, [require.resolve(program), ...words], { cwd: here, stdio: 'inherit' })

await Promise.all(['build', 'dist'].map(folder => rm(within(folder), { recursive: true, force: true })))
await writeEmojiData(within('src/chat/emoji/data'))
run('typescript/bin/tsc', '--project', here)
run('@custom-elements-manifest/analyzer/cem.js', 'analyze', '--quiet', '--config', 'cem.config.mjs')
await cp(within('build'), within('dist/types'), { recursive: true, filter: file => !file.endsWith('.js') })

const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', tsconfig: within('tsconfig.json'), plugins: [squeezeCss] }
const elements = ['audience', 'chat', 'danmaku', 'danmaku-settings', 'device-test', 'gifts', 'host-tools', 'likes', 'player', 'room']

// Its words are in what is shipped, and so is its licence.
await cp(require.resolve('emojibase-data/LICENSE'), within('dist/emojibase-data.LICENSE'))

await build({
  ...common,
  entryPoints: Object.fromEntries(['index', 'define', ...elements.map(name => `define/${name}`)].map(name => [name, within(`src/${name}.ts`)])),
  format: 'esm',
  charset: 'utf8', // as modules are read; Chinese in escapes is a half more
  splitting: true,
  outdir: within('dist'),
  packages: 'external',
})
await buildForScriptTag({ common, entry: within('src/script.ts'), out: within('dist'), name: 'plaudit-live-room.umd.cjs', global: 'PlauditLiveRoom' })
