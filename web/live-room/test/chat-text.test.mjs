import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hueOf } from '../build/base/people.js'
import { CODES } from '../build/chat/later/emoji.js'
import { runsOf, tidied } from '../build/chat/later/runs.js'

const reading = (more = {}) => ({ stickers: [], codes: CODES, links: false, ...more })
const party = { code: ':party:', url: '/party.png', name: 'Party' }

for (const [what, text, options, expected] of [
  ['a code', '早[微笑]安', {}, ['早🙂安']],
  ['an unknown code', 'a [b] c', {}, ['a [b] c']],
  ['names of an object are no codes', '[toString][constructor]', {}, ['[toString][constructor]']],
  ['a sticker', 'go :party: go', { stickers: [party] }, ['go ', { sticker: party }, ' go']],
  ['two stickers of which one begins like the other', 'ab', { stickers: [{ ...party, code: 'a' }, { ...party, code: 'ab' }] }, [{ sticker: { ...party, code: 'ab' } }]],
  ['a sticker without a code', 'x', { stickers: [{ ...party, code: '' }] }, ['x']],
  ['a link that is off', 'see https://a.example/', {}, ['see https://a.example/']],
  ['a link and its full stop', 'see https://a.example/b.', { links: true }, ['see ', { href: 'https://a.example/b', text: 'https://a.example/b' }, '.']],
  ['a link in Chinese', '看https://a.example/b，好', { links: true }, ['看', { href: 'https://a.example/b', text: 'https://a.example/b' }, '，好']],
  ['a script is no link', 'javascript:alert(1)', { links: true }, ['javascript:alert(1)']],
  ['an address that is none', 'http://[', { links: true }, ['http://[']],
])
  test(`in pieces: ${what}`, () => assert.deepEqual(runsOf(text, reading(options)), expected))

test('nothing is lost or added where there is nothing to replace', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.equal(runsOf(text, reading({ codes: {} })).join(''), tidied(text))
    }),
  )
})

test('with links the text stays the same for the reader', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('https://', 'a.example', '/', '.', ' ', '[x]', ')', '字', '？', '\n'), { maxLength: 30 }), parts => {
      const runs = runsOf(parts.join(''), reading({ links: true, codes: {} }))
      assert.equal(runs.map(run => run.text ?? run).join(''), tidied(parts.join('')))
    }),
  )
})

test('a tower of empty lines is one', () => assert.equal(tidied('a\n \n\n\n\nb\n'), 'a\n\nb'))

test('every code is an emoji of its own', () => {
  const emoji = Object.values(CODES)
  assert.ok(emoji.length >= 48 && emoji.length <= 96)
  assert.equal(new Set(emoji).size, emoji.length)
  for (const each of emoji) assert.match(each, /^\p{Extended_Pictographic}/u)
})

// --- colours of names: styles.ts ---------------------------------------------------------------------------------------

/** Relative luminance of oklch(l c h), clipped into sRGB as browsers show it. */
function luminance(l, c, h) {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)]
  const [L, M, S] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map(x => x ** 3)
  const rgb = [4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S, -1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S, -0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S]
  const [R, G, B] = rgb.map(x => Math.min(1, Math.max(0, x)))
  return 0.2126 * R + 0.7152 * G + 0.0722 * B
}
const ofHex = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255).map(x => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)).reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0)
const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)

test('names can be read in every hue, in light and dark, also on a row that is pointed at', async () => {
  const { styles } = await import('../build/chat/styles.js')
  const [, light, dark] = /\.name \{[^}]*light-dark\(oklch\(([\d. ]+) var\(--_hue\)\), oklch\(([\d. ]+) var/.exec(styles.cssText)
  for (const [colour, grounds] of [[light, ['#ffffff', '#f4f2f7']], [dark, ['#17131d', '#221c2b']]])
    for (let hue = 0; hue < 360; hue += 1)
      for (const ground of grounds) {
        const [l, c] = colour.split(' ').map(Number)
        assert.ok(contrast(luminance(l, c, hue), ofHex(ground)) >= 4.5, `hue ${hue} on ${ground}`)
      }
  assert.equal(hueOf('ada'), hueOf('ada'))
})

test('letters can be read on their faces in every hue, in light and dark', async () => {
  const { faceStyles } = await import('../build/base/face.js')
  const schemes = property => new RegExp(`\\s${property}: light-dark\\(oklch\\(([\\d. ]+) var\\(--_hue\\)\\), oklch\\(([\\d. ]+) var`).exec(faceStyles.cssText).slice(1)
  const grounds = schemes('background')
  schemes('color').forEach((letters, scheme) => {
    for (let hue = 0; hue < 360; hue += 1) {
      const [letter, ground] = [letters, grounds[scheme]].map(colour => luminance(...colour.split(' ').map(Number), hue))
      assert.ok(contrast(letter, ground) >= 4.5, `hue ${hue}`)
    }
  })
})
