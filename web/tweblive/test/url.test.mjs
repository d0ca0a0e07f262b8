// Addresses in all of their forms.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseLiveUrl, streamOf } from '../build/player/url.js'

const FLV = 'https://cdn.example.com/live/a.flv'
const HLS = 'https://cdn.example.com/live/a.m3u8'
const lines = (url, mayFlv) => parseLiveUrl(url, mayFlv).lines

test('two addresses, raw or encoded, in any order', () => {
  const both = [{ url: FLV, kind: 'flv' }, { url: HLS, kind: 'hls' }]
  for (const url of [
    `https://flv=${FLV}&hls=${HLS}`,
    `https://hls=${HLS}&flv=${FLV}`,
    `https://flv=${encodeURIComponent(FLV)}&hls=${encodeURIComponent(HLS)}`,
    `http://FLV=${FLV}&HLS=${HLS}`,
    `  https://flv=${FLV}&hls=${HLS}\n`,
  ]) {
    assert.deepEqual(lines(url), both, url)
  }
})

test('one of them may be missing, and HLS comes first where there is no Media Source', () => {
  assert.deepEqual(lines(`https://hls=${HLS}`), [{ url: HLS, kind: 'hls' }])
  assert.deepEqual(lines(`https://flv=${FLV}&hls=`), [{ url: FLV, kind: 'flv' }])
  assert.deepEqual(lines(`https://flv=${FLV}&hls=${HLS}`, false).map(({ kind }) => kind), ['hls', 'flv'])
  assert.deepEqual(lines(`https://webrtc=https://a/whep&hls=${HLS}`).map(({ kind }) => kind), ['whep', 'hls'])
  assert.throws(() => parseLiveUrl('https://flv=&hls='), { code: 10004 })
})

test('addresses keep what stands in their queries', () => {
  assert.deepEqual(lines(`https://flv=${FLV}?t=1&sign=a%2Fb&hls=${HLS}?t=2&sign=c`), [
    { url: `${FLV}?t=1&sign=a%2Fb`, kind: 'flv' },
    { url: `${HLS}?t=2&sign=c`, kind: 'hls' },
  ])
  const strange = `${FLV}?t=1&hls=no&x=%26&flv=2#f`
  assert.deepEqual(lines(`https://flv=${encodeURIComponent(strange)}&hls=${encodeURIComponent(HLS)}`)[0], { url: strange, kind: 'flv' })
  assert.deepEqual(lines('https://flv=%zz'), [{ url: '%zz', kind: 'flv' }], 'what cannot be decoded stays')
})

test('a plain address is played as it is: beyond the original', () => {
  for (const url of [HLS, 'http://127.0.0.1/a.flv', `${HLS}?flv=1&hls=2`]) assert.deepEqual(lines(url), [{ url }])
})

test('a room, by its keys alone', () => {
  assert.deepEqual(parseLiveUrl('room://sdkappid=1&roomid=2&userid=ada&usersig=eJw*-_&livedomainname=d.example&streamid=s&other=x'), {
    kind: 'room',
    room: { sdkappid: '1', roomid: '2', userid: 'ada', usersig: 'eJw*-_', livedomainname: 'd.example', streamid: 's' },
  })
  assert.deepEqual(parseLiveUrl('ROOM://userid=a%20b&roomid=%E4%B8%AD&__proto__=x&constructor=y').room, { userid: 'a b', roomid: '中' })
})

test('everything else is refused with a number', () => {
  for (const url of [undefined, null, 7, {}, '', 'foo', 'room:/', 'rtmp://a/b', 'javascript:alert(1)', 'https://']) assert.throws(() => parseLiveUrl(url), { code: 10004 }, String(url))
})

test('whatever the addresses: encoded they come back as they were', () => {
  const address = fc.webUrl({ withQueryParameters: true, withFragments: true })
  fc.assert(
    fc.property(address, address, fc.boolean(), (flv, hls, turned) => {
      const list = [`flv=${encodeURIComponent(flv)}`, `hls=${encodeURIComponent(hls)}`]
      if (turned) list.reverse()
      assert.deepEqual(lines(`https://${list.join('&')}`), [{ url: flv, kind: 'flv' }, { url: hls, kind: 'hls' }])
    }),
  )
})

test('whatever the text: an address or a refusal', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string().map(text => `https://flv=${text}`), fc.string().map(text => `room://userid=${text}`)), text => {
      try {
        assert.match(parseLiveUrl(text).kind, /^(room|cdn)$/)
      } catch (error) {
        assert.equal(error.code, 10004)
      }
    }),
  )
})

test('streams have names by convention', () => {
  const room = { sdkappid: '1', roomid: '2', userid: 'ada' }
  assert.equal(streamOf(room), '1_2_ada_main')
  assert.equal(streamOf(room, true), '1_2_ada_aux')
  assert.equal(streamOf({ ...room, streamid: 's' }), 's')
})
