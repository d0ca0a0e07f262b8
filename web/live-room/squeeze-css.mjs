// Comments and white space of css templates are for us: whatever stands in a template is shipped.
import { readFile } from 'node:fs/promises'

const STRING = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`
const SPACE = String.raw`(?:\s|/\*(?:[^*]|\*(?!/))*\*/)+`
const TOKEN = new RegExp(`(${STRING})|(?:${SPACE})?((?:;(?:${SPACE})?)+}|[{};,])(?:${SPACE})?|${SPACE}`, 'g')

/** Drops comments, collapses white space, and takes it away around `{ } ; ,`. Strings stay, and so do the spaces of `calc(a + b)`. */
export const squeezed = css => css.replace(TOKEN, (_, string, mark) => string ?? mark?.at(-1) ?? ' ').trim()

/** Of a source file: every css template in which nothing is put in or escaped. */
export const squeezeTemplates = source => source.replace(/\bcss`([^`\\$]*)`/g, (_, css) => `css\`${squeezed(css)}\``)

/** For esbuild. */
export const squeezeCss = {
  name: 'squeeze css',
  setup({ onLoad }) {
    onLoad({ namespace: 'file', filter: /[\\/]live-room[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({ contents: squeezeTemplates(await readFile(path, 'utf8')), loader: 'ts' }))
  },
}
