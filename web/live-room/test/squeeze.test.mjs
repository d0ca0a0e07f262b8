// What is shipped of css means what was written.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import test from 'node:test'
import fc from 'fast-check'
import { squeezed, squeezeTemplates } from '../squeeze-css.mjs'

for (const [css, expected] of [
  ['\n  a {\n    color: red;\n    margin: 0 auto;\n  }\n', 'a{color: red;margin: 0 auto}'],
  ['a,\n  b > c { }', 'a,b > c{}'],
  ['a { width: calc(100% - (2px + 1em)); }', 'a{width: calc(100% - (2px + 1em))}'],
  ["a::after { content: ' ; } /* no */ , '; }", "a::after{content: ' ; } /* no */ , '}"],
  [String.raw`a { content: 'it\'s  "'; quotes: "\"  " "}"; }`, String.raw`a{content: 'it\'s  "';quotes: "\"  " "}"}`],
  ['/* before */ a /* } */ { /* * / */ color: red /* ; */; /**/ }', 'a{color: red}'],
  ['a:not(.b, .c) .d :is(e,f) {}', 'a:not(.b,.c) .d :is(e,f){}'],
  ['@media (hover: hover) and (width < 3px) { a { color: red; } }', '@media (hover: hover) and (width < 3px){a{color: red}}'],
  ['a{color:red}', 'a{color:red}'],
  ['a { b: c;; /* d: e; */ ; }', 'a{b: c}'],
  ['', ''],
]) {
  test(`css: ${css.trim()}`, () => assert.equal(squeezed(css), expected))
}

test('what is squeezed stays as it is', () => {
  const piece = fc.constantFrom('a', ' ', '\n', '{', '}', ';', ',', ':', '"', "'", '\\', '/*', '*/', '+', '(', ')')
  fc.assert(fc.property(fc.array(piece).map(pieces => pieces.join('')), css => assert.equal(squeezed(squeezed(css)), squeezed(css))))
})

test('only css templates are squeezed, and only plain ones', () => {
  const others = ['html`<p>  a , b </p>`', 'const css = "a  {"', 'css`a { width: ${x}px ; }`', String.raw`css${'`'}a { content: '\\2014  ' ; }${'`'}`]
  for (const source of others) assert.equal(squeezeTemplates(source), source)
  assert.equal(squeezeTemplates('static styles = [tokens, css`\n  a { b: c; }\n`]'), 'static styles = [tokens, css`a{b: c}`]')
})

test('all styles here are squeezed, and keep every rule', async () => {
  const folder = new URL('../src/', import.meta.url)
  const sources = (await readdir(folder, { recursive: true })).filter(file => file.endsWith('.ts'))
  for (const file of sources) {
    const source = await readFile(new URL(file, folder), 'utf8')
    if (!/\bcss`/.test(source)) continue
    const short = squeezeTemplates(source)
    assert.ok(short.length < source.length, file)
    // apart from comments and white space, nothing but the `;` before a `}` has gone
    const bare = text => text.replace(/\/\*[^]*?\*\/|\s+/g, '').replaceAll(';}', '}')
    assert.equal(bare(short), bare(source), file)
  }
})
