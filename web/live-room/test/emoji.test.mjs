// All emoji: what is taken from emojibase, which can be drawn, what a word finds, what is kept.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { choosable, reduceEmoji, reduceWords } from '../emoji-data.mjs'
import { groups } from '../build/chat/emoji/data/list.js'
import { drawnOf } from '../build/chat/emoji/drawn.js'
import { emojiOf, find, inTone, plain, wordsOf } from '../build/chat/emoji/find.js'
import { recentOf, toned, toneOf, untoned, withRecent } from '../build/chat/emoji/kept.js'
import { fetchNames, fetchSought, languagesOf } from '../build/chat/emoji/load.js'
import { words } from '../build/chat/emoji/words.js'
import { CODES } from '../build/chat/later/emoji.js'

const read = language => JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`emojibase-data/${language}/data.json`), 'utf8'))
const all = emojiOf(groups)
const [en, zh] = [await fetchSought('en'), await fetchSought('zh')]
const texts = emoji => emoji.map(({ text }) => text)

// --- what is taken -----------------------------------------------------------------------------------------------------

const piece = (emoji, order, more = {}) => ({ emoji, hexcode: emoji, label: emoji, order, group: 0, version: 1, ...more })

test('taken in the order of Unicode, without letters of flags and bare skin tones', () => {
  const taken = choosable([piece('b', 2), piece('🇦', 0, { group: undefined }), piece('🏻', 3, { group: 2 }), piece('a', 1)])
  assert.deepEqual(taken.map(({ emoji }) => emoji), ['a', 'b'])
})

test('reduced to text, version and version of skin tones, by groups that have no gap', () => {
  const skins = [{ tone: 1, version: 4 }, { tone: [1, 2], version: 12 }]
  assert.deepEqual(reduceEmoji([piece('😐\uFE0F', 1), piece('☹\uFE0F', 2, { version: 0.7 }), piece('🤝', 3, { group: 3, version: 3, skins })]), [[['😐', 1], ['☹\uFE0F', 0.7]], [['🤝', 3, 4]]])
})

test('names and words in the order of the emoji, without those that the name has already', () => {
  const names = [piece('b', 0, { label: 'cat face', tags: ['Cat', 'pet', 'a|b'] }), piece('a', 0, { label: 'dog', tags: undefined })]
  assert.equal(reduceWords([piece('a', 1), piece('b', 2)], names), 'dog\ncat face|pet|a b')
})

test('every emoji has its own name in both languages, and every group a name', async () => {
  assert.ok(all.length > 1900, `${all.length}`)
  assert.equal(new Set(texts(all)).size, all.length)
  for (const language of ['en', 'zh']) {
    const names = await fetchNames(language)
    assert.equal(names.length, all.length)
    assert.deepEqual(names.filter(([name]) => !name), [])
    assert.equal(words[language].groupNames.length, groups.length)
    assert.equal(words[language].tones.length, 6)
  }
  const at = text => all.find(each => each.text === text).index
  assert.equal(en[at('🐈')][0], 'cat')
  assert.equal(zh[at('🐈')][0], '猫')
})

// --- skin tones --------------------------------------------------------------------------------------------------------

test('the rule for skin tones makes what Unicode lists, for every emoji that has them', () => {
  const skinned = choosable(read('en')).filter(({ skins }) => skins)
  assert.ok(skinned.length > 300)
  for (const { emoji, skins } of skinned)
    for (const { tone, emoji: expected } of skins) if (!Array.isArray(tone)) assert.equal(toned(emoji, tone), expected)
  assert.equal(all.filter(({ tones }) => tones > 0).length, skinned.length)
})

for (const [what, emoji, tone, version, expected] of [
  ['a hand', { text: '👋', tones: 1 }, 4, 15, '👋🏾'],
  ['one that is drawn as a picture by a selector', { text: '☝\uFE0F', tones: 1 }, 1, 15, '☝🏻'],
  ['without a tone', { text: '👋', tones: 1 }, 0, 15, '👋'],
  ['one that has none', { text: '👪', tones: 0 }, 3, 15, '👪'],
  ['a tone that is too new', { text: '👯', tones: 17 }, 3, 15, '👯'],
])
  test(`in a skin tone: ${what}`, () => assert.equal(inTone(emoji, tone, version), expected))

test('the same emoji in every tone has the same key', () => {
  for (const emoji of ['☝\uFE0F', '👋', '👩‍❤\uFE0F‍👨']) for (const tone of [0, 1, 5]) assert.equal(untoned(toned(emoji, tone)), untoned(emoji))
})

// --- what is drawn -----------------------------------------------------------------------------------------------------

const some = emojiOf([[['😀', 1], ['🙂‍↔️', 15.1], ['🫠', 14], ['🫨', 15], ['🐦‍🔥', 15.1], ['🇨🇶', 16]], [['🇨🇭', 1], ['🏁', 0.6]]])
for (const [what, isDrawn, version, left] of [
  ['everything', text => text !== 'A', 15.1, ['😀', '🙂‍↔️', '🫠', '🫨', '🐦‍🔥', '🇨🇭', '🏁']],
  ['nothing joined of the newest', text => !/A|\u200d/.test(text), 15, ['😀', '🫠', '🫨', '🇨🇭', '🏁']],
  ['fonts of 2021', text => !/A|\u200d|🫨/u.test(text), 14, ['😀', '🫠', '🇨🇭', '🏁']],
  ['no flags of countries', text => !/A|\p{Regional_Indicator}/u.test(text), 15.1, ['😀', '🙂‍↔️', '🫠', '🫨', '🐦‍🔥', '🏁']],
  ['a canvas that shows nothing', () => false, 14, ['😀', '🫠', '🇨🇭', '🏁']],
  ['a canvas that is the same for everything', () => true, 14, ['😀', '🫠', '🇨🇭', '🏁']],
])
  test(`drawn: ${what}`, () => {
    const drawn = drawnOf(some, isDrawn)
    assert.equal(drawn.version, version)
    assert.deepEqual(texts(drawn.emoji), left)
  })

// --- searching ---------------------------------------------------------------------------------------------------------

const few = emojiOf([[['a', 1], ['b', 1], ['c', 1], ['d', 1], ['e', 1], ['f', 1]]])
const lines = 'delicate thing\nlucky charm|cat\nBlack Cat\ncatalogue\ncat\npiñata|party, big'
const known = wordsOf(lines).map(each => each.map(plain))
for (const [query, expected] of [
  ['cat', 'ecbda'], // the name, a word of it, another word, the beginning of a word, inside one
  ['CAT ', 'ecbda'],
  ['ca', 'cdeba'],
  ['black cat', 'c'],
  ['cat black', 'c'],
  ['pinata', 'f'],
  ['ｐｉñａ', 'f'],
  ['big', 'f'],
  ['g', ''], // one Latin letter: beginnings only
  ['t', 'a'],
  ['zebra', ''],
  ['  ', ''],
])
  test(`found by “${query}”: “${expected}”`, () => assert.equal(texts(find(query, few, [known])).join(''), expected))

for (const [query, languages, expected] of [
  ['heart', [en], '❤️'],
  ['pizza', [en], '🍕'],
  ['thumbs up', [en], '👍'],
  ['爱心', [zh], '❤️'],
  ['猫', [zh], '🐈'],
  ['流汗', [zh], '😅'],
  ['披萨', [zh], '🍕'],
  ['pizza', [zh, en], '🍕'],
])
  test(`“${query}” finds ${expected} among the first`, () => {
    const found = texts(find(query, all, languages)).slice(0, 16)
    assert.ok(found.includes(expected), found.join(' '))
  })

for (const [query, language, expected] of [
  ['猫', 'zh', ['zh']],
  ['cat', 'zh', ['zh', 'en']],
  ['OK手', 'zh', ['zh', 'en']],
  ['cat', 'en', ['en']],
  ['猫', 'en', ['en', 'zh']],
])
  test(`“${query}” is sought, on a page in ${language}, in ${expected}`, () => assert.deepEqual(languagesOf(query, language), expected))

// --- what is kept ------------------------------------------------------------------------------------------------------

test('used lately: the newest first, each once, 24 at most', () => {
  assert.deepEqual(withRecent(['a', 'b', 'c'], 'b'), ['b', 'a', 'c'])
  const many = Array.from({ length: 30 }, (_, index) => `${index}`)
  assert.deepEqual(withRecent(many, 'x'), ['x', ...many.slice(0, 23)])
})

for (const [what, kept, expected] of [
  ['nothing', null, []],
  ['something else', { length: 1 }, []],
  ['emoji among other things', ['😀', 'text', '<b>', 7, '', '12', '☝🏻', '7️⃣', '🇨🇭', '😀', '😀'.repeat(20)], ['😀', '☝🏻', '7️⃣', '🇨🇭']],
  ['too many', texts(all).slice(0, 30), texts(all).slice(0, 24)],
])
  test(`kept: ${what}`, () => assert.deepEqual(recentOf(kept), expected))

test('every emoji of the small panel is one of all', () => {
  const known = new Set(texts(all).map(untoned))
  assert.deepEqual(Object.values(CODES).filter(emoji => !known.has(untoned(emoji))), [])
})

test('every emoji of the panels may be kept, in every tone', () => {
  const every = [...Object.values(CODES), ...all.flatMap(emoji => [0, 1, 5].map(tone => inTone(emoji, tone, 99)))]
  for (const emoji of every) assert.deepEqual(recentOf([emoji]), [emoji])
})

for (const [kept, expected] of [[null, 0], [3, 3], [6, 0], ['3', 0], [-1, 0], [1.5, 0]]) test(`a kept tone of ${JSON.stringify(kept)} is ${expected}`, () => assert.equal(toneOf(kept), expected))
