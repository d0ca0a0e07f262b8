import assert from 'node:assert/strict'
import test from 'node:test'
import { create, TencentCloudChat, TIM } from '../dist/plaudit-chat.js'
import { scene, until } from './lib/client.mjs'

const code = promise => promise.then(() => 0, error => error.code)

test('one app has one instance, and both namespaces are one', () => {
  const one = create({ SDKAppID: 1, scene: 'tuikit', modules: {}, oversea: true })
  assert.equal(TIM.create({ SDKAppID: 1 }), one)
  assert.notEqual(TencentCloudChat.create({ SDKAppID: 2 }), one)
  assert.equal(TIM, TencentCloudChat)
  assert.throws(() => create({}), { code: 2000 })
})

test('a login resolves first, then the instance is ready', scene(async ({ server, open }) => {
  const ada = open()
  assert.equal(ada.chat.isReady(), false)
  const { data } = await ada.chat.login({ userID: 'ada', userSig: 'good' })
  assert.deepEqual([data.actionStatus, data.errorCode, data.repeatLogin], ['OK', 0, false])
  assert.deepEqual(ada.seen('SDK_READY'), [], 'not before the caller has his answer')
  await until(() => ada.seen('SDK_READY').length === 1)
  assert.equal(ada.chat.isReady(), true)
  assert.equal(ada.chat.getLoginUser(), 'ada')
  assert.equal(server.lastUrl, `/v1/apps/${ada.chat.core.options.SDKAppID}/socket`)
  assert.ok(Math.abs(ada.chat.getServerTime() - Date.now() / 1000 - 60) < 3, "the server's clock is a minute ahead")
}))

test('a path before the protocol stays', scene(async ({ server, open }) => {
  const ada = open({ proxyServer: `${server.url}/im/live/` })
  await ada.login()
  assert.match(server.lastUrl, /^\/im\/live\/v1\/apps\/\d+\/socket$/)
}))

test('logins are looked at before they are sent', scene(async ({ open }) => {
  const { chat } = open()
  assert.equal(await code(chat.login({ userID: '', userSig: 'good' })), 2002)
  assert.equal(await code(chat.login({ userID: 'ada', userSig: '' })), 2003)
  const first = chat.login({ userID: 'ada', userSig: 'good' })
  assert.equal(await code(chat.login({ userID: 'ada', userSig: 'good' })), 2025)
  await first
  const { data } = await chat.login({ userID: 'ada', userSig: 'good' })
  assert.equal(data.repeatLogin, true)
}))

test("the server's refusal of a ticket is passed on, and a good one works afterwards", scene(async ({ open }) => {
  const ada = open()
  assert.equal(await code(ada.chat.login({ userID: 'ada', userSig: 'bad' })), 70003)
  await ada.login()
}))

test('calls say whether a login is missing, under way or over', scene(async ({ open }) => {
  const ada = open()
  assert.equal(await code(ada.chat.getMyProfile()), 2024)
  const login = ada.chat.login({ userID: 'ada', userSig: 'good' })
  assert.equal(await code(ada.chat.getMyProfile()), 2999)
  await login
  assert.equal((await ada.chat.getMyProfile()).data.userID, 'ada')
  await ada.chat.logout()
  assert.equal(await code(ada.chat.getMyProfile()), 3005)
  await until(() => ada.seen('SDK_NOT_READY').length === 1)
}))

for (const [ended, type] of [
  ['other_login', 'multipleAccount'],
  ['kicked', 'REST_API_Kick'],
]) {
  test(`a session that ends by "${ended}" is told once as ${type}, and does not come back`, scene(async ({ server, open }) => {
    server.addRoom()
    const ada = await open().login()
    await ada.join()
    server.frame({ session: { ended } })
    server.drop(4001, { why: ended })
    await until(() => ada.seen('SDK_NOT_READY').length === 1)
    assert.deepEqual(ada.seen('KICKED_OUT'), [{ type }])
    assert.equal(await code(ada.chat.sendMessage(ada.text('me'))), 3005)
    assert.equal(server.opened, 1)
    await ada.login()
    assert.equal(server.opened, 2)
  }))
}

test('a token that the server knows no more ends the login as an expired ticket', scene(async ({ server, open }) => {
  server.addRoom()
  const ada = await open().login()
  await ada.join()
  server.forgotten.add('token-ada')
  server.drop()
  await until(() => ada.seen('SDK_NOT_READY').length === 1)
  assert.deepEqual(ada.seen('KICKED_OUT'), [{ type: 'userSigExpired' }])
  assert.equal(ada.chat.isReady(), false)
}))

test('4002 means: stay away', scene(async ({ server, open }) => {
  const ada = await open().login()
  server.drop(4002, { why: 'taken_over' })
  await until(() => ada.seen('ERROR').length === 1)
  assert.match(ada.seen('ERROR')[0].message, /taken_over/)
  assert.equal(ada.seen('NET_STATE_CHANGE').at(-1).state, 'disconnected')
  await new Promise(resolve => setTimeout(resolve, 150)) // several times the back-off
  assert.equal(server.opened, 1)
}))

test('a login waits for a server that comes a little later', scene(async ({ server, open }) => {
  server.refuseSockets = true
  const ada = open()
  const login = ada.login()
  await until(() => ada.seen('NET_STATE_CHANGE').some(({ state }) => state === 'disconnected'))
  server.refuseSockets = false
  await login
}))

test('a login that nobody answers ends, and the instance rests', scene(async ({ server, open }) => {
  server.refuseSockets = true
  const ada = open()
  assert.equal(await code(ada.chat.login({ userID: 'ada', userSig: 'good' })), 2801)
}))
