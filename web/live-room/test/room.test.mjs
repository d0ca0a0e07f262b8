// The room model's pure parts: reading, standing, story, taps.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { TencentCloudChat } from '@plaudit/chat'
import { customOf, memberOf, mentions, personIn, readMessage } from '../build/model/reading.js'
import { emptyView, linkAfter, nobody, standing } from '../build/model/standing.js'
import { linesBetween, noticeOf, tipOf } from '../build/model/story.js'
import { Taps } from '../build/model/taps.js'

const { TYPES } = TencentCloudChat

const view = { ...emptyView('r', 0), ownerId: 'host', adminIds: ['mod'], me: { ...nobody(), userId: 'ada', nick: 'Ada', loggedIn: true } }
const coming = { key: 'm1', isNew: false, earlier: false, stale: false, now: 5000 }
const sdk = (type, payload, more = {}) => ({ type, payload, elements: [{ type, payload }], from: 'bob', nick: 'Bob', avatar: '', priority: 'Normal', cloudCustomData: '', time: 3, sequence: 7, ...more })
const text = (text, more) => sdk(TYPES.MSG_TEXT, { text }, more)
const read = (message, change) => readMessage(message, view, { ...coming, ...change })

// --- reading -------------------------------------------------------------------------------------------------------------

test('a text is read with who said it and when', () => {
  assert.deepEqual(read(text('hi', { cloudCustomData: '{"level":3}' })), {
    key: 'm1',
    kind: 'text',
    from: { userId: 'bob', nick: 'Bob', avatar: '', role: 'member' },
    text: 'hi',
    priority: 'Normal',
    mine: false,
    mentionsMe: false,
    tags: ['Lv.3'],
    earlier: false,
    stale: false,
    at: 3000,
    sequence: 7,
    delivery: 'said',
  })
})

test('one of mine is from me as I am now, and waits', () => {
  const { from, mine, mentionsMe, at, delivery } = read(text('@ada hi', { from: 'x', sequence: 0 }), { isNew: true })
  assert.deepEqual({ from, mine, mentionsMe, at, delivery }, { from: view.me, mine: true, mentionsMe: false, at: 5000, delivery: 'pending' })
  assert.equal(read(text('hi', { from: 'ada' })).mine, true, 'from another device')
  assert.equal(readMessage(text('hi', { from: '' }), { ...view, me: nobody() }, coming).mine, false, 'guests are nobody')
})

test('a gift has no text; what other programs send is named', () => {
  const { kind, text: said, gift } = read(sdk(TYPES.MSG_CUSTOM, { data: '{"type":"gift","gift":"rose","count":2}' }))
  assert.deepEqual({ kind, said, gift }, { kind: 'gift', said: '', gift: { id: 'rose', count: 2 } })
  assert.equal(read(sdk('TIMImageElem', {})).text, '[Image]')
  assert.equal(read(sdk(TYPES.MSG_FACE, { data: ':)' })).text, ':)')
  assert.equal(read(sdk(TYPES.MSG_TEXT, {})).text, '')
  const [a, b] = [text('see '), sdk('TIMFileElem', {})]
  assert.equal(read({ ...a, elements: [a, b] }).text, 'see [File]')
  assert.equal(customOf(text('like')), undefined)
  assert.deepEqual(customOf(sdk(TYPES.MSG_CUSTOM, { data: 'like' })), { type: 'like', count: 1 })
})

test('people have the role of the room, and always a name', () => {
  const of = id => personIn(view, id, '', undefined)
  assert.deepEqual(['host', 'mod', 'bob', ''].map(id => of(id).role), ['owner', 'admin', 'member', 'member'])
  assert.deepEqual(of('bob'), { userId: 'bob', nick: 'bob', avatar: '', role: 'member' })
  assert.equal(personIn({ ownerId: '', adminIds: [] }, '', 'x', '').role, 'member', 'a room without an owner is not of nobodies')
  assert.deepEqual(memberOf({ userID: 'u', nick: '', avatar: 'a', role: 'Owner', joinTime: 2, muteUntil: Infinity }), { userId: 'u', nick: 'u', avatar: 'a', role: 'owner', joinedAt: 2000, mutedUntil: Infinity })
})

test('a mention is a whole name', () => {
  const me = { nick: 'Ada', userId: 'u1' }
  for (const said of ['@Ada', 'hey @ADA!', '@u1 hi', '@ada你好', 'x@ada']) assert.ok(mentions(said, me), said)
  for (const said of ['Ada', '@Adam', '@ada_2', '@ada-b', '@u12', '@', '']) assert.ok(!mentions(said, me), said)
  assert.ok(!mentions('@', { nick: '', userId: '' }))
})

// --- standing ------------------------------------------------------------------------------------------------------------

const state = { online: { members: 1, guests: 2 }, slowMode: 5, muteAll: true, holdBack: 3, guestsAllowed: false, refuseLinks: true, myself: { role: 'Admin', mayModerate: true, maySpeak: false, mutedUntil: 9 } }

test('the state of a room is that of its view, in milliseconds', () => {
  const { me, online, rules } = standing(view.me, state)
  assert.deepEqual(me, { ...view.me, role: 'admin', mayModerate: true, maySpeak: false, mutedUntil: 9000 })
  assert.deepEqual({ online, rules }, { online: { members: 1, guests: 2 }, rules: { slowMode: 5, muteAll: true, holdBack: 3, guests: false, refuseLinks: true } })
  assert.equal(standing(view.me, { ...state, myself: { ...state.myself, role: 'King' } }).me.role, 'guest')
})

const [CONNECTED, CONNECTING, DISCONNECTED] = [TYPES.NET_STATE_CONNECTED, TYPES.NET_STATE_CONNECTING, TYPES.NET_STATE_DISCONNECTED]
const around = (now, change) => ({ now, isWanted: true, isOnline: true, ...change })
const first = { state: 'connecting', since: 0 }
const up = { state: 'connected', since: 1, restored: false }

test('a connection that is there for the first time is not restored, one after a break is', () => {
  assert.deepEqual(linkAfter(first, { state: CONNECTED }, around(1)), up)
  const broken = linkAfter(up, { state: DISCONNECTED, attempt: 1, retryInMs: 500 }, around(100))
  assert.deepEqual(broken, { state: 'reconnecting', since: 100, attempt: 1, retryAt: 600 })
  const trying = linkAfter(broken, { state: CONNECTING }, around(600))
  assert.deepEqual(trying, { ...broken, retryAt: 0 })
  const again = linkAfter(trying, { state: DISCONNECTED, attempt: 2, retryInMs: 1000 }, around(700))
  assert.deepEqual(again, { state: 'reconnecting', since: 100, attempt: 2, retryAt: 1700 }, 'as old as its beginning')
  assert.deepEqual(linkAfter(again, { state: CONNECTED }, around(800)), { state: 'connected', since: 800, restored: true })
})

test('a machine without a network is offline, and nobody waits for a connection who has left', () => {
  const offline = linkAfter(up, { state: DISCONNECTED }, around(50, { isOnline: false }))
  assert.deepEqual(offline, { state: 'offline', since: 50 })
  assert.deepEqual(linkAfter(offline, { state: CONNECTING }, around(60)), { state: 'reconnecting', since: 50, attempt: 0, retryAt: 0 })
  assert.equal(linkAfter(up, { state: DISCONNECTED }, around(50, { isWanted: false })), up)
  assert.equal(linkAfter(first, { state: CONNECTING }, around(50)), first)
})

// --- story ---------------------------------------------------------------------------------------------------------------

const personOf = (...person) => personIn(view, ...person)
const tip = (operationType, payload) => tipOf(sdk(TYPES.MSG_GRP_TIP, { operationType, ...payload }, { from: 'host', nick: 'Host' }), personOf)
const [eve, host] = [personOf('eve', '', ''), personOf('host', 'Host', '')]
const memberList = [{ userID: 'eve', nick: '', avatar: '' }]

test('tips tell who came, went and was put out, and what is called otherwise', () => {
  assert.deepEqual(tip(TYPES.GRP_TIP_MBR_JOIN, { memberList }), { tells: 'came', people: [eve] })
  assert.deepEqual(tip(TYPES.GRP_TIP_MBR_QUIT, { memberList }), { tells: 'went', people: [eve] })
  const out = { kind: 'put-out', people: [eve], by: host, reason: 'spam' }
  assert.deepEqual(tip(TYPES.GRP_TIP_MBR_KICKED_OUT, { memberList, reason: 'spam', duration: 5 }), { tells: 'line', line: { ...out, seconds: 0, banned: false } })
  assert.deepEqual(tip(TYPES.GRP_TIP_BAN_AVCHATROOM_MEMBER, { memberList, reason: 'spam', duration: 60 }), { tells: 'line', line: { ...out, seconds: 60, banned: true } })
  assert.deepEqual(tip(TYPES.GRP_TIP_GRP_PROFILE_UPDATED, { newGroupProfile: { notification: '', name: 'n' } }), { tells: 'profile', change: { notice: '', name: 'n' } })
  assert.deepEqual(tip(TYPES.GRP_TIP_GRP_PROFILE_UPDATED, {}), { tells: 'profile', change: {} })
  assert.deepEqual(tip(TYPES.GRP_TIP_MBR_JOIN, {}), { tells: 'came', people: [] })
  assert.equal(tip(999, {}), undefined)
})

test('notices are lines of the backend, or the end', () => {
  const notice = payload => noticeOf(sdk(TYPES.MSG_GRP_SYS_NOTICE, payload), 1000)
  assert.deepEqual(notice({ operationType: 255, userDefinedField: 'x' }), { kind: 'notice', text: 'x' })
  assert.deepEqual(notice({ operationType: 5 }), { why: 'dismissed' })
  assert.deepEqual(notice({ operationType: 8 }), { why: 'left-elsewhere' })
  assert.deepEqual(notice({ operationType: 21, handleMessage: 'bye' }), { why: 'removed', reason: 'bye' })
  assert.deepEqual(notice({ operationType: 21, duration: 2 }), { why: 'banned', reason: '', until: 3000 })
  for (const duration of [Infinity, 0xffffffff]) assert.equal(notice({ operationType: 21, duration }).until, Infinity)
  assert.equal(notice({ operationType: 1 }), undefined)
})

test('another state is worth a line for each thing that a reader must know', () => {
  const at = (rules, mutedUntil = 0) => ({ me: { ...view.me, mutedUntil }, rules: { ...view.rules, ...rules } })
  const lines = (before, after) => linesBetween(before, after, 1000)
  assert.deepEqual(lines(at({}), at({})), [])
  assert.deepEqual(lines(at({}), at({ muteAll: true, slowMode: 5 })), [{ kind: 'mute-all', on: true }, { kind: 'slow-mode', seconds: 5 }])
  assert.deepEqual(lines(at({}), at({}, 2000)), [{ kind: 'you-muted', until: 2000 }])
  assert.deepEqual(lines(at({}, 2000), at({}, Infinity)), [], 'longer is not new')
  assert.deepEqual(lines(at({}, 2000), at({})), [{ kind: 'you-unmuted' }])
  assert.deepEqual(lines(at({}, 500), at({})), [], 'it had ended by itself')
  assert.deepEqual(lines(at({}, 2000), at({}, 900)), [], 'it ends by itself')
})

// --- taps ----------------------------------------------------------------------------------------------------------------

test('what the server tells of my taps is not told twice, and the rest is of others', () => {
  const taps = new Taps()
  taps.count(3)
  assert.deepEqual([taps.told(5), taps.untold], [2, 0])
  taps.count(4)
  assert.deepEqual([taps.told(1), taps.untold], [0, 3])
  taps.count(-9)
  assert.equal(taps.untold, 0)
})

test('taps that went together are refused once', () => {
  const taps = new Taps()
  const answer = { refused: 2 }
  assert.deepEqual([taps.refusedBy(answer), taps.refusedBy(answer), taps.refusedBy({ refused: 2 }), taps.refusedBy({ refused: 0 })], [2, 0, 2, 0])
})

test('my taps and those of others are never fewer than none, whatever comes in whichever order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -5, max: 20 }))), steps => {
      const taps = new Taps()
      for (const [isMine, count] of steps) {
        if (isMine) taps.count(count)
        else assert.ok(taps.told(Math.max(0, count)) >= 0)
        assert.ok(taps.untold >= 0)
      }
    }),
  )
})
