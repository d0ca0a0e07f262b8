import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EndlessFlv, readFlv, stampOf } from '../server/flv.mjs'

const LOOP_MS = 400

/** A tag as it stands in a file. */
function tag(kind, at, data) {
  const bytes = Buffer.alloc(11 + data.length + 4)
  bytes[0] = kind
  bytes.writeUIntBE(data.length, 1, 3)
  bytes.writeUIntBE(at & 0xffffff, 4, 3)
  bytes[7] = at >>> 24
  Buffer.from(data).copy(bytes, 11)
  bytes.writeUInt32BE(11 + data.length, 11 + data.length)
  return bytes
}

const HEADER = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0])
const OPENING = [tag(18, 0, [2]), tag(9, 0, [0x17, 0]), tag(8, 0, [0xaf, 0])]

/** Ten pictures of 40 ms, a keyframe every 200 ms, sound in between. */
function file() {
  const media = []
  for (let at = 0; at < LOOP_MS; at += 40) {
    media.push(tag(9, at, [at % 200 === 0 ? 0x17 : 0x27, 1, at / 40]), tag(8, at + 20, [0xaf, 1, at / 40]))
  }
  return Buffer.concat([HEADER, ...OPENING, ...media, tag(9, LOOP_MS - 40, [0x17, 2])])
}

function tagsOf(bytes) {
  const found = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUIntBE(at + 1, 3)
    const one = bytes.subarray(at, at + 11 + length + 4)
    assert.equal(one.readUInt32BE(11 + length), 11 + length)
    found.push({ kind: one[0], at: stampOf(one), data: [...one.subarray(11, 11 + length)] })
    at += one.length
  }
  return found
}

const endless = () => new EndlessFlv(readFlv(file()), LOOP_MS)

test('a file is read: what comes first, what is played, without its end', () => {
  const { header, opening, tags } = readFlv(file())
  assert.deepEqual(header, HEADER)
  assert.equal(opening.length, 3)
  assert.equal(tags.length, 20)
  assert.deepEqual(tags.filter(({ isKeyframe }) => isKeyframe).map(({ at }) => at), [0, 200])
})

test('what is no such file is refused in words', () => {
  assert.throws(() => readFlv(Buffer.from('nothing of the kind')), /no FLV/)
  assert.throws(() => readFlv(file().subarray(0, 60)), /ends inside/)
  assert.throws(() => readFlv(Buffer.concat([HEADER, ...OPENING])), /no keyframe/)
})

test('timestamps go on over the loop, without a step back, a hole or a double', () => {
  const stream = endless()
  const all = tagsOf(stream.between(0, 5 * LOOP_MS))
  assert.deepEqual(all.map(({ at }) => at), Array.from({ length: 100 }, (_, index) => index * 20))
  // In pieces of any length it is the same.
  for (const step of [7, 40, 390, 400, 900]) {
    const pieces = []
    for (let from = 0; from < 5 * LOOP_MS; from += step) pieces.push(stream.between(from, Math.min(from + step, 5 * LOOP_MS)))
    assert.deepEqual(tagsOf(Buffer.concat(pieces)), all, `in steps of ${step}`)
  }
})

test('who comes in gets the headers and begins at the last keyframe, and then misses nothing', () => {
  const stream = endless()
  for (const now of [10, 150, 210, 399, 400, 401, 610, 4_000, 4_013]) {
    const opening = stream.openingAt(now)
    assert.deepEqual(opening.subarray(0, 13), HEADER)
    const tags = tagsOf(opening.subarray(13))
    assert.deepEqual(tags.slice(0, 3).map(({ kind }) => kind), [18, 9, 8])
    const [first] = tags.slice(3)
    assert.equal(first.data[0], 0x17, `at ${now} a keyframe is first`)
    assert.equal(tags[0].at, first.at)
    assert.ok(now - first.at <= 200, `at ${now} it is the last one`)
    const rest = tagsOf(Buffer.concat([opening.subarray(13), stream.between(now, now + 100)])).slice(3)
    rest.forEach(({ at }, index) => assert.equal(at, first.at + index * 20))
  }
})

test('timestamps above 24 bits use the byte that is for them', () => {
  const late = 0x1000000 - (0x1000000 % LOOP_MS) + LOOP_MS
  const [first] = tagsOf(endless().between(late, late + 40))
  assert.equal(first.at, late)
})
