// Custom Elements Manifest: what editors and the pages in docs/elements/ know of the elements.
import { customElementVsCodePlugin } from 'custom-element-vs-code-integration'

export default {
  globs: ['src/**/*.ts'],
  exclude: ['src/script.ts', 'src/chat/emoji/data/*'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [customElementVsCodePlugin({ outdir: 'dist', hideLogs: true, cssFileName: null })],
}
