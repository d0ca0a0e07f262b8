// Builds dist/: ES modules for bundlers (several entries, libraries left outside), one file for a script tag with
// everything but the players, which lie beside it and are loaded when a video asks for them. `build/` has the same code
// file by file, for the tests.
import { execFileSync } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))
const within = (...parts) => path.join(here, ...parts)
const require = createRequire(import.meta.url)

await Promise.all(['build', 'dist'].map(folder => rm(within(folder), { recursive: true, force: true })))
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--project', here], { stdio: 'inherit' })
await cp(within('build'), within('dist/types'), { recursive: true, filter: file => !file.endsWith('.js') })

const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', tsconfig: within('tsconfig.json') }

await build({
  ...common,
  entryPoints: { index: within('src/index.ts'), define: within('src/define.ts'), ...parts() },
  format: 'esm',
  splitting: true,
  outdir: within('dist'),
  packages: 'external',
})

// --- for script tags ---------------------------------------------------------------------------------------------------

await build({
  ...common,
  entryPoints: [within('src/script.ts')],
  format: 'iife',
  globalName: 'PlauditLiveRoom',
  outfile: within('dist/plaudit-live-room.umd.cjs'),
  plugins: [{ name: 'players-beside', setup: playersBeside }],
})

await build({
  ...common,
  entryPoints: ['hls', 'flv'].map(name => within(`src/player/engines/${name}.ts`)),
  format: 'esm',
  outdir: within('dist/players'),
})

/** One entry per element. */
function parts() {
  const names = ['audience', 'chat', 'danmaku', 'danmaku-settings', 'gifts', 'host-tools', 'likes', 'player', 'room']
  return Object.fromEntries(names.map(name => [`define/${name}`, within(`src/define/${name}.ts`)]))
}

/** A script tag knows no packages: its players lie in `players/`, beside it. */
function playersBeside({ onResolve }) {
  onResolve({ filter: /\/lazy\.js$/ }, () => ({ path: within('src/player/engines/lazy-beside.ts') }))
}
