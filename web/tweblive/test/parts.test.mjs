// Small parts, each alone.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { EVENT, TYPES } from '../build/constants.js'
import { Emitter } from '../build/emitter.js'
import { errorOf, posterOf, volumeOf } from '../build/player/look.js'
import { pictureOf, requirements } from '../build/pusher/devices.js'
import { eventsOf } from '../build/received.js'
import { Taps } from '../build/taps.js'

test('events have the names of tweblive 1.3.1', () => {
  assert.deepEqual({ ...EVENT }, {
    IM_READY: 't_im_ready',
    IM_NOT_READY: 't_im_not_ready',
    IM_TEXT_MESSAGE_RECEIVED: 't_text_message_received',
    IM_CUSTOM_MESSAGE_RECEIVED: 't_custom_message_received',
    IM_IMAGE_MESSAGE_RECEIVED: 't_image_message_received',
    IM_REMOTE_USER_JOIN: 't_remote_user_join',
    IM_REMOTE_USER_LEAVE: 't_remote_user_leave',
    IM_KICKED_OUT: 't_kicked_out',
    IM_NET_STATE_CHANGED: 't_net_state_change',
    IM_PUSH_STOPPED: 't_push_stopped',
    PLAYER_PLAYING: 't_playing',
    PLAYER_PAUSE: 't_pause',
    PLAYER_ERROR: 't_error',
    PLAYER_AUTOPLAY_NOT_ALLOWED: 't_autoplay_not_allowed',
    PLAYER_TIMEUPDATE: 't_timeupdate',
    PLAYER_WAITING: 't_waiting',
    RTC_CONNECTION_STATE_CHANGED: 't_connection_state_changed',
    RTC_CLIENT_BANNED: 't_client_banned',
    RTC_SCREEN_CAPTURE_STOPPED: 't_screen_capture_stopped',
    RTC_NETWORK_QUALITY: 't_network-quality',
    RTC_CLIENT_ERROR: 't_rtc_client_error',
  })
})

test('types have the values of tweblive 1.3.1', () => {
  assert.deepEqual({ ...TYPES }, {
    MSG_PRIORITY_HIGH: 'High',
    MSG_PRIORITY_NORMAL: 'Normal',
    MSG_PRIORITY_LOW: 'Low',
    MSG_PRIORITY_LOWEST: 'Lowest',
    ENTER_ROOM_SUCCESS: 'JoinedSuccess',
    ALREADY_IN_ROOM: 'AlreadyInGroup',
    KICKED_OUT_MULT_ACCOUNT: 'multipleAccount',
    KICKED_OUT_MULT_DEVICE: 'multipleDevice',
    KICKED_OUT_USERSIG_EXPIRED: 'userSigExpired',
    NET_STATE_CONNECTED: 'connected',
    NET_STATE_CONNECTING: 'connecting',
    NET_STATE_DISCONNECTED: 'disconnected',
  })
})

// --- events ------------------------------------------------------------------------------------------------------------

function listener() {
  const heard = []
  return { heard, handler(event) { heard.push([this, event]) } }
}

test('handlers hear with their context, and go by handler, by context, or all', () => {
  const emitter = new Emitter()
  const { heard, handler } = listener()
  const [one, two] = [{ one: 1 }, { two: 2 }]
  emitter.on('x', handler, one)
  emitter.on('x', handler, two)
  emitter.on('x', handler)
  emitter.tell('x', [1])
  assert.deepEqual(heard.splice(0), [one, two, undefined].map(context => [context, { name: 'x', data: [1] }]))
  emitter.off('x', handler, {})
  emitter.off('y', handler)
  emitter.off('x', handler, one)
  emitter.tell('x')
  assert.deepEqual(heard.splice(0), [two, undefined].map(context => [context, { name: 'x' }]))
  emitter.off('x', handler)
  emitter.tell('x')
  assert.deepEqual(heard, [])
  emitter.on('x', handler)
  emitter.off('x')
  emitter.tell('x')
  assert.deepEqual(heard, [])
  assert.throws(() => emitter.on('x'), /not a function/)
})

test('a handler that throws, or takes itself off, keeps nobody else from hearing', context => {
  const complaints = context.mock.method(console, 'error', () => {})
  const emitter = new Emitter()
  const heard = []
  const once = () => {
    heard.push('once')
    emitter.off('x', once)
  }
  emitter.on('x', () => {
    throw new Error('boom')
  })
  emitter.on('x', once)
  emitter.on('x', () => heard.push('last'))
  emitter.tell('x')
  emitter.tell('x')
  assert.deepEqual(heard, ['once', 'last', 'last'])
  assert.equal(complaints.mock.callCount(), 2)
})

const text = text => ({ type: 'TIMTextElem', payload: { text } })
const custom = (data, description = '') => ({ type: 'TIMCustomElem', payload: { data, description, extension: '' } })
const tip = operationType => ({ type: 'TIMGroupTipElem', payload: { operationType, userIDList: ['ada'] } })

test('messages become events of their kinds, in order, neighbours together', () => {
  const [a, b, c, like, join, quit] = [text('a'), text('b'), text('c'), custom('like'), tip(1), tip(2)]
  assert.deepEqual(eventsOf([a, b, like, like, c, join, quit]), [
    { name: 't_text_message_received', data: [a, b] },
    { name: 't_custom_message_received', data: [like, like] },
    { name: 't_text_message_received', data: [c] },
    { name: 't_remote_user_join', data: [join] },
    { name: 't_remote_user_leave', data: [quit] },
  ])
  const image = { type: 'TIMImageElem', payload: {} }
  assert.deepEqual(eventsOf([image]), [{ name: 't_image_message_received', data: [image] }])
})

test('what tweblive has no event for is not told', () => {
  const others = [tip(3), tip(6), { type: 'TIMGroupTipElem' }, { type: 'TIMGroupSystemNoticeElem', payload: { operationType: 5 } }, { type: 'TIMFaceElem', payload: {} }, { type: 'toString', payload: {} }]
  assert.deepEqual(eventsOf(others), [])
})

test("the broadcast's end is told by its text, each alone, and is no custom message", () => {
  assert.deepEqual(eventsOf([custom('push_stopped', 'bye'), custom('push_stopped', 'again'), { type: 'TIMCustomElem', payload: { data: 'push_stopped' } }]), [
    { name: 't_push_stopped', data: 'bye' },
    { name: 't_push_stopped', data: 'again' },
    { name: 't_push_stopped', data: '' },
  ])
})

test('of likes that the room counted only those of others are shown, and never more than 20 at once', () => {
  const taps = new Taps()
  assert.equal(taps.others(3), 3)
  taps.tapped()
  taps.tapped()
  assert.equal(taps.others(1), 0, 'one of mine')
  assert.equal(taps.others(5), 4, 'the other of mine')
  taps.tapped()
  taps.lost()
  taps.lost()
  assert.equal(taps.others(2), 2)
  assert.equal(taps.others(0), 0)
  assert.equal(taps.others(5000), 20)
})

// --- the video ---------------------------------------------------------------------------------------------------------

test('volume is 0 to 100, and what is no number changes nothing', () => {
  for (const [given, video] of [[-1, 0], [0, 0], [50, 0.5], [100, 1], [101, 1], [Infinity, 1], ['30', undefined], [NaN, undefined], [undefined, undefined]]) {
    assert.equal(volumeOf(given), video, String(given))
  }
  fc.assert(fc.property(fc.double({ noNaN: true }), volume => volumeOf(volume) >= 0 && volumeOf(volume) <= 1))
})

test('posters come as an address or with a style', () => {
  assert.deepEqual(posterOf('https://a/p.png'), { src: 'https://a/p.png', fit: 'scale-down' })
  assert.deepEqual(posterOf({ src: 'https://a/p.png', style: 'cover' }), { src: 'https://a/p.png', fit: 'cover' })
  assert.deepEqual(posterOf({ src: 'https://a/p.png', style: 'stretch' }), { src: 'https://a/p.png', fit: 'fill' })
  assert.deepEqual(posterOf({ src: 'https://a/p.png', style: 'strange' }), { src: 'https://a/p.png', fit: 'scale-down' })
  for (const nothing of [undefined, null, '', {}]) assert.equal(posterOf(nothing).src, '')
})

test('errors have the numbers of the browser where it knows better, else that of the network', () => {
  assert.deepEqual(errorOf(undefined, 'dead'), { code: 2, reason: 'MEDIA_ERR_NETWORK', message: 'dead' })
  assert.deepEqual(errorOf(1, 'x'), { code: 1, reason: 'MEDIA_ERR_ABORTED', message: 'x' })
  assert.deepEqual(errorOf(4, 'x'), { code: 4, reason: 'MEDIA_ERR_SRC_NOT_SUPPORTED', message: 'x' })
  assert.equal(errorOf(99, 'x').code, 2)
})

test('a camera is asked for the size that the page names, 720p by default', () => {
  const size = (video, id) => {
    const { width, height, deviceId } = pictureOf(video, id)
    return [width.ideal, height.ideal, deviceId?.exact]
  }
  assert.deepEqual(size(true), [1280, 720, undefined])
  assert.deepEqual(size('360p'), [640, 360, undefined])
  assert.deepEqual(size('480p'), [640, 480, undefined])
  assert.deepEqual(size('1080p', 'front'), [1920, 1080, 'front'])
  for (const strange of ['999p', 'toString', undefined, 7]) assert.deepEqual(size(strange), [1280, 720, undefined])
})

test('a runtime without WebRTC does not meet the requirements', () => {
  const { result, detail } = requirements()
  assert.equal(result, false)
  assert.deepEqual(Object.values(detail).filter(Boolean), [])
})
