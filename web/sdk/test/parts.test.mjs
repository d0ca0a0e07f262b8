// Small parts, each alone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Emitter } from '../build/emitter.js'
import { StreamParser } from '../build/fallback/stream.js'
import { LikesOut } from '../build/room/likes.js'
import { Backoff } from '../build/transport/backoff.js'
import { TIMING } from '../build/transport/timing.js'
import { Windows } from '../build/windows.js'

test('the back-off draws below a bound that doubles up to 30 s, and begins anew after a connection that lived', () => {
  const bounds = new Backoff(TIMING, () => 1)
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(() => bounds.next(0)), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  assert.equal(bounds.next(9999), 30_000)
  assert.equal(bounds.next(10_000), 1000)
  assert.equal(new Backoff(TIMING, () => 0.25).next(0), 250)
  assert.equal(bounds.next(0, 1234), 1234, "the server's wish counts")
})

test('taps go at once, then together at most once per interval, and the rest on leaving', async context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const sent = []
  const likes = new LikesOut(1000, async taps => {
    sent.push(taps)
    return { counted: taps, refused: 0, total: taps, mine: taps }
  })
  const first = likes.add(1)
  assert.deepEqual(sent, [1])
  const second = likes.add(2)
  assert.equal(likes.add(3), second, 'those that go together have one answer')
  assert.deepEqual(sent, [1])
  context.mock.timers.tick(1000)
  assert.deepEqual(sent, [1, 5])
  likes.add(4)
  likes.flush()
  assert.deepEqual(sent, [1, 5, 4])
  context.mock.timers.tick(5000)
  assert.deepEqual(sent, [1, 5, 4], 'nothing is sent of nothing')
  likes.add(1)
  assert.deepEqual(sent, [1, 5, 4, 1])
  assert.deepEqual([(await first).counted, (await second).counted], [1, 5])
})

test('events of a stream are found whatever the pieces', () => {
  const text = ': hello\r\nevent: events\r\nid: e:7\r\ndata: {"a":\r\ndata: 1}\r\n\r\nevent:state\ndata:x\n\n: ping\n\n'
  const expected = [
    { name: 'events', data: '{"a":\n1}' },
    { name: 'state', data: 'x' },
  ]
  for (const size of [1, 2, 3, 7, 1000]) {
    const parser = new StreamParser()
    const found = []
    for (let at = 0; at < text.length; at += size) found.push(...parser.feed(text.slice(at, at + size)))
    assert.deepEqual(found, expected, `pieces of ${size}`)
  }
})

test('events that are held for a caller keep their order with those that follow', async () => {
  const emitter = new Emitter()
  const heard = []
  emitter.on('error', ({ data }) => heard.push(data.code))
  emitter.emit('error', { code: 1 })
  emitter.holdForCaller()
  emitter.emit('error', { code: 2 })
  emitter.holdForCaller()
  emitter.emit('error', { code: 3 })
  assert.deepEqual(heard, [1])
  await new Promise(resolve => setTimeout(resolve, 5))
  emitter.emit('error', { code: 4 })
  assert.deepEqual(heard, [1, 2, 3, 4])
})

test('a window lets so many calls through, and later others', () => {
  const windows = new Windows()
  for (let n = 0; n < 10; n++) windows.enter('write attributes', 1000 + n)
  assert.throws(() => windows.enter('write attributes', 5999), { code: 2996 })
  windows.enter('read attributes', 5999)
  windows.enter('write attributes', 6001)
})
