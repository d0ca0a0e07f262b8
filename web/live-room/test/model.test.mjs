// What others write is read with care.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { readCustom, readTags, writeGift } from '../build/model/custom.js'
import { hueOf, letterOf, safeImage } from '../build/base/people.js'
import { compact, languageOf, span, wordsOf } from '../build/base/words.js'

test('gifts, likes and the words of other programs are read', () => {
  const gift = (id, count) => ({ type: 'gift', gift: { id, count } })
  const table = [
    ['{"v":1,"type":"gift","gift":"rose","count":3}', gift('rose', 3)],
    ['{"businessID":"gift","gift":"rose"}', gift('rose', 1)],
    ['{"type":"gift","giftId":"cake","count":1e9}', gift('cake', 9999)],
    ['{"type":"gift","gift":"rose","count":-4}', gift('rose', 1)],
    ['{"type":"gift","gift":"rose","count":"many"}', gift('rose', 1)],
    ['{"type":"gift","gift":{"id":"rose"}}', { type: 'other' }],
    [`{"type":"gift","gift":"${'r'.repeat(65)}"}`, { type: 'other' }],
    ['like', { type: 'like', count: 1 }],
    ['{"type":"like","count":12}', { type: 'like', count: 12 }],
    ['startPush', { type: 'live-started' }],
    ['{"type":"live-ended","text":"bye"}', { type: 'live-ended', text: 'bye' }],
    ['toString', { type: 'other' }],
    ['constructor', { type: 'other' }],
    ['[]', { type: 'other' }],
    ['null', { type: 'other' }],
    ['{', { type: 'other' }],
    ['', { type: 'other' }],
  ]
  for (const [data, custom] of table) assert.deepEqual(readCustom(data), custom, data)
})

test('a gift is read as it was written', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64 }), fc.integer({ min: 1, max: 9999 }), (id, count) => {
      assert.deepEqual(readCustom(writeGift({ id, count })), { type: 'gift', gift: { id, count } })
    }),
  )
})

test('no data makes the reader fail', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), data => void [readCustom(data), readTags(data)]))
})

test('tags are few and short', () => {
  assert.deepEqual(readTags('{"level":12,"tags":["VIP","  fan club of the year  ","x","y"]}'), ['Lv.12', 'VIP', 'fan club of'.padEnd(12, ' ')].map((tag, index) => (index === 2 ? 'fan club of ' : tag)))
  assert.deepEqual(readTags('{"level":-1,"tags":"VIP"}'), [])
  assert.deepEqual(readTags('{"tags":[1,null,""]}'), [])
})

test('only pictures that cannot do anything are loaded', () => {
  globalThis.location = { protocol: 'https:' }
  const allowed = ['https://a.example/x.png', 'data:image/png;base64,aGVsbG8=']
  const refused = ['javascript:alert(1)', 'http://a.example/x.png', 'data:image/svg+xml;base64,aGVsbG8=', 'data:text/html;base64,aGVsbG8=', 'data:image/png,x', 'blob:https://a/b', '/x.png', 'x', '', 'file:///etc/passwd', ' javascript:alert(1)']
  for (const address of allowed) assert.equal(safeImage(address), address)
  for (const address of refused) assert.equal(safeImage(address), '', address)
  globalThis.location = { protocol: 'http:' }
  assert.equal(safeImage('http://a.example/x.png'), 'http://a.example/x.png')
  delete globalThis.location
})

test('names have a colour and a letter', () => {
  fc.assert(fc.property(fc.string(), user => assert.ok(hueOf(user) >= 0 && hueOf(user) < 360)))
  assert.deepEqual(['ada', '小美', '👩‍🚀 Eve', '  '].map(letterOf), ['A', '小', '👩', '?'])
})

test('numbers, spans and words are those of the language', () => {
  assert.deepEqual([950, 1234, 12_000].map(number => compact(number, 'en')), ['950', '1.2k', '12k'])
  assert.deepEqual([950, 12_000].map(number => compact(number, 'zh')), ['950', '1.2万'])
  assert.deepEqual([60, 600, 3600, 86_400].map(seconds => span(seconds, 'en', 'for ever')), ['1 min', '10 min', '1 hr', '1 day'])
  assert.equal(span(Infinity, 'zh', '永久'), '永久')
  assert.deepEqual(['zh-CN', 'zh', 'ZH-tw', 'en-GB', 'fr', ''].map(languageOf), ['zh', 'zh', 'zh', 'en', 'en', 'en'])
  const dictionary = { part: 'chat', en: { send: 'Send', close: 'Close' }, zh: { send: '发送', close: '关闭' } }
  assert.deepEqual(wordsOf(dictionary, 'zh', { chat: { send: '发' }, room: { close: 'x' } }), { send: '发', close: '关闭' })
})
