// One classic script that loads parts of itself later. esbuild splits ES modules only, so this does by hand what it takes:
// every `import()` becomes a file in `later/`, and modules that such a file has in common with the script are taken from the
// script (`shared`), not carried again: two copies of Lit would not understand each other.
import path from 'node:path'
import { build } from 'esbuild'

export async function buildForScriptTag({ common, entry, out, name, global }) {
  const options = { ...common, write: true, metafile: true }
  const later = new Map() // the file that is imported → its name in later/

  /** Names what is imported on demand, and leaves it out. `folder` is where later/ is, seen from the file that asks. */
  const leaveForLater = folder => ({
    name: 'leave for later',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ kind, path: wanted, pluginData, ...where }) => {
        if (kind !== 'dynamic-import' || pluginData === 'asked') return undefined
        const { path: file, errors } = await resolve(wanted, { ...where, kind: 'import-statement', pluginData: 'asked' })
        if (errors.length > 0) return { errors }
        // Its place in src/, or what the package is called: `hls.js/light` is found as node_modules/hls.js/dist/hls.light.mjs.
        const known = wanted.startsWith('.') ? path.relative(path.dirname(entry), file) : wanted
        const plain = known.replace(/\.m?[jt]s\b/g, '').replace(/[^a-z0-9]+/gi, '-')
        later.set(file, plain)
        return { path: `${folder}${plain}.js`, external: true }
      })
    },
  })
  const scriptOf = shared => ({
    ...options,
    stdin: {
      contents: `export * from ${JSON.stringify(entry)}
${shared.map((file, index) => `import * as m${index} from ${JSON.stringify(file)}`).join('\n')}
export const shared = [${shared.map((_, index) => `m${index}`).join(', ')}]`,
      resolveDir: path.dirname(entry),
      sourcefile: 'script-with-shared.js',
    },
    format: 'iife',
    globalName: global,
    outfile: path.join(out, name),
    plugins: [...common.plugins, leaveForLater('./later/')],
  })
  /** `taken` are files of the script; in a later file each is what the script has. */
  const laterOf = taken => ({
    ...options,
    entryPoints: Object.fromEntries([...later].map(([file, plain]) => [plain, file])),
    format: 'esm',
    charset: 'utf8', // modules are never read otherwise; the script is read as its page
    outdir: path.join(out, 'later'),
    plugins: [
      ...common.plugins,
      leaveForLater('./'),
      {
        name: 'take from the script',
        setup({ onResolve, onLoad, resolve }) {
          onResolve({ filter: /.*/ }, async ({ path: wanted, pluginData, ...where }) => {
            if (pluginData === 'asked' || where.kind === 'entry-point') return undefined
            const { path: file } = await resolve(wanted, { ...where, pluginData: 'asked' })
            return taken.includes(file) ? { path: file, namespace: 'shared' } : undefined
          })
          onLoad({ filter: /.*/, namespace: 'shared' }, ({ path: file }) => ({ contents: `module.exports = ${global}.shared[${taken.indexOf(file)}]` }))
        },
      },
    ],
  })

  // First without sharing, to see what there is in common; later files may ask for more later files.
  const files = ({ inputs }) => Object.keys(inputs).map(file => path.resolve(file))
  const main = (await build({ ...scriptOf([]), write: false })).metafile
  const inScript = new Set(files(main))
  let parts
  for (let known = -1; known < later.size; ) {
    known = later.size
    parts = (await build({ ...laterOf([]), write: false })).metafile
  }
  const shared = new Set()
  for (const [file, { imports }] of Object.entries(parts.inputs)) {
    if (inScript.has(path.resolve(file))) continue
    for (const { path: imported } of imports) if (inScript.has(path.resolve(imported))) shared.add(path.resolve(imported))
  }
  const taken = [...shared].sort()
  await build(scriptOf(taken))
  await build(laterOf(taken))
}
