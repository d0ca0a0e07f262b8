// A page that was written for tweblive, on the original and on the facade: people see the same. And what the facade does where
// the original cannot be asked, or does worse.
import { APP } from '../lib/server.mjs'
import { expect, LivePage, test } from '../lib/tweblive.mjs'
import { sign } from '../lib/usersig.mjs'

/** What the people of a room see: a host and a guest who logs in, on these scripts. */
async function evening({ openPage, server, name }, hostOn, guestOn) {
  const [room, ada, bob] = [name('room'), name('ada'), name('bob')]
  const host = await LivePage.open(openPage, { on: hostOn, room, server, label: `host on ${hostOn}` })
  const guest = await LivePage.open(openPage, { on: guestOn, room, server, label: `guest on ${guestOn}` })

  const told = []
  /** Something is done; when everybody has seen what follows, their news are written down. */
  const step = async (act, ...lines) => {
    await act()
    for (const [who, line] of lines) await who.shows(line)
    const news = { host: await host.news(), guest: await guest.news() }
    told.push(JSON.parse(JSON.stringify(news).replaceAll(ada, 'ada').replaceAll(bob, 'bob').replaceAll(room, 'room')))
  }

  await step(() => host.press('Enter'), [host, 'enter: not done, 10010'])
  await step(() => host.login(ada), [host, `I am Nick of ${ada}`], [host, 'logged in 0'])
  await host.page.locator('[name=title]').fill('Evening 晚上')
  await step(() => host.press('Create'), [host, 'created Evening 晚上'])
  await step(() => host.press('Create'), [host, 'the room is mine already'])
  await step(() => host.press('Enter'), [host, 'entered'], [host, `${ada} (Nick of ${ada}) came`])
  await step(() => guest.press('Enter'), [guest, 'entered'])
  await step(() => guest.say('not yet'), [guest, 'send: not done, 2024'])
  await step(() => host.say('good evening 晚上好'), [host, 'me: good evening 晚上好 (success)'], [guest, `Nick of ${ada}: good evening 晚上好`])
  await step(() => guest.login(bob), [guest, `I am Nick of ${bob}`], [guest, 'logged in 0'])
  await step(() => guest.press('Enter'), [guest, 'entered'], ...[host, guest].map(who => [who, `${bob} (Nick of ${bob}) came`]))
  await step(() => guest.say('hello <b>&amp;</b>'), [guest, 'me: hello <b>&amp;</b> (success)'], [host, `Nick of ${bob}: hello <b>&amp;</b>`])
  await step(() => guest.press('Like'), [guest, 'I like it'], [host, 'likes: 1'])
  await step(() => host.press('Like'), [host, 'I like it'], [guest, 'likes: 1'])
  await step(() => host.press('End the broadcast'), [host, 'ended'], [guest, 'the host has ended: Good night 晚安'])
  await step(() => guest.press('Leave'), [guest, `left ${room}`], [host, `${bob} went`])
  await step(() => host.press('Log out'), [host, 'logged out'], [host, 'not ready'])
  await step(() => guest.press('Log out'), [guest, 'logged out'], [guest, 'not ready'])
  return told
}

for (const original of ['v2', 'v3']) {
  test(`an evening on tweblive over ${original} and on the facade leaves the same lines`, async ({ openPage, server, name }) => {
    test.slow()
    const before = await evening({ openPage, server, name }, original, original)
    const after = await evening({ openPage, server, name }, 'ours', 'ours')
    expect(after).toEqual(before)
  })
}

test('pages on the original and on the facade meet in one room', async ({ openPage, server, name }) => {
  test.slow()
  const alike = await evening({ openPage, server, name }, 'ours', 'ours')
  expect(await evening({ openPage, server, name }, 'v2', 'ours')).toEqual(alike)
  expect(await evening({ openPage, server, name }, 'ours', 'v3')).toEqual(alike)
})

// --- the facade alone ---------------------------------------------------------------------------------------------------

/** A host in a room, to be heard. */
async function hostOf({ facade, name }, room) {
  const ada = name('ada')
  const host = await facade({ room, label: 'host' })
  await host.login(ada)
  await host.shows(`I am Nick of ${ada}`)
  await host.press('Enter')
  await host.shows('entered')
  return host
}

test('a guest who logs in goes on listening, and says something without entering again', async ({ facade, rest, name }) => {
  const [room, bob, cid] = [name('room'), name('bob'), name('cid')]
  await rest.createRoom(room)
  const host = await hostOf({ facade, name }, room)
  const [speaker, listener] = [await facade({ room, label: 'speaker' }), await facade({ room, label: 'listener' })]
  for (const [guest, user] of [[speaker, bob], [listener, cid]]) {
    await guest.press('Enter')
    await guest.shows('entered')
    await guest.login(user)
    await guest.shows('ready t_im_ready')
  }
  await speaker.say('no second entrance')
  await host.shows(`Nick of ${bob}: no second entrance`)
  await listener.shows(`Nick of ${bob}: no second entrance`)
  await host.shows(`${cid} (Nick of ${cid}) came`)
  await listener.press('Enter')
  await listener.shows('entered')
  await listener.press('Leave')
  await listener.shows(`left ${room}`)
})

test('a guest who logs in and leaves before he is back is not brought back', async ({ facade, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const guest = await facade({ room })
  await guest.press('Enter')
  await guest.shows('entered')
  const user = name('bob')
  expect(
    await guest.run(
      async ({ user, ticket, room }) => {
        await im.login({ userID: user, userSig: ticket })
        const left = await im.exitRoom(room)
        const again = await im.exitRoom(room).catch(error => error.code)
        return [left, again, await im.sendTextMessage({ roomID: room, text: 'x' }).catch(error => error.code)]
      },
      { user, ticket: sign(user), room },
    ),
  ).toEqual([{ code: 0, data: { groupID: room } }, 2623, 2101])
})

test('a page that enters without waiting for its login enters as the user', async ({ facade, rest, name }) => {
  const [room, user] = [name('room'), name('ada')]
  await rest.createRoom(room)
  const live = await facade({ room })
  const outcome = await live.run(
    async ({ user, ticket, room }) => {
      const [login, enter] = await Promise.all([im.login({ userID: user, userSig: ticket }), im.enterRoom(room)])
      const again = await im.login({ userID: user, userSig: ticket })
      return [login.code, login.data.repeatLogin, enter.data.status, again.data.repeatLogin, (await im.sendTextMessage({ roomID: room, text: 'x', priority: 'Bogus' })).data.message.priority, (await im.enterRoom(room)).data.status]
    },
    { user, ticket: sign(user), room },
  )
  expect(outcome).toEqual([0, false, 'JoinedSuccess', true, 'Normal', 'AlreadyInGroup'])
})

test('another login of the same user puts out the first, which is told why', async ({ facade, name }) => {
  const user = name('ada')
  const [first, second] = [await facade({ label: 'first' }), await facade({ label: 'second' })]
  await first.login(user)
  await first.shows(`I am Nick of ${user}`)
  await second.login(user)
  await first.shows('kicked out: multipleAccount')
  await first.shows('not ready')
  expect(await first.run(() => im.sendTextMessage({ roomID: 'r', text: 'x' }).catch(error => error.code))).toBe(3005)
})

test('a wire that is cut is told as the state of the network', async ({ openPage, server, name, wireTo }) => {
  const wire = await wireTo(server)
  const live = await LivePage.open(openPage, { on: 'ours', room: name('room'), server: wire })
  live.client.tolerate(/ERR_CONNECTION_(REFUSED|RESET)/)
  await live.run(() => {
    window.states = []
    im.on(TWebLive.EVENT.IM_NET_STATE_CHANGED, event => states.push(event.data))
  })
  const user = name('ada')
  await live.login(user)
  await live.shows(`I am Nick of ${user}`)
  await wire.cut()
  await expect.poll(() => live.run(() => states)).toContain('disconnected')
  await wire.mend()
  await expect.poll(() => live.run(() => states.at(-1)), { timeout: 20_000 }).toBe('connected')
})

test('likes of the room, and those that are counted instead of said, are hearts to everybody once', async ({ facade, openPage, server, rest, name, show }) => {
  const [room, eve] = [name('room'), name('eve')]
  await rest.createRoom(room)
  const host = await hostOf({ facade, name }, room)
  const element = await show('live-room', { room, user: eve })
  await element.element.evaluate(it => it.room.like(3))
  await expect(host.page.locator('#likes')).toHaveText('3')

  const fay = name('fay')
  const counting = await openPage(`/tweblive?sdk=ours&proxyServer=${encodeURIComponent(server.wsUrl)}`, 'counting')
  const outcome = await counting.page.evaluate(
    async ({ app, user, ticket, room }) => {
      window.im = TWebLive.createIM({ SDKAppID: app, likes: 'counter' })
      window.hearts = 0
      im.on(TWebLive.EVENT.IM_CUSTOM_MESSAGE_RECEIVED, event => (hearts += event.data.length))
      const early = await im.sendCustomMessage({ roomID: room, data: 'like' }).catch(error => error.code)
      await im.login({ userID: user, userSig: ticket })
      await im.enterRoom(room)
      const { data } = await im.sendCustomMessage({ roomID: room, data: 'like' })
      const { data: other } = await im.sendCustomMessage({ roomID: room, data: 'no like' })
      return [early, data.message.status, other.message.status, (await im.chat.getLikes(room)).data.mine, TWebLive.createIM({ SDKAppID: app }) === im]
    },
    { app: APP.id, user: fay, ticket: sign(fay), room },
  )
  expect(outcome).toEqual([2024, 'success', 'success', 1, true])
  await expect(host.page.locator('#likes')).toHaveText('4')
  await expect.poll(() => element.element.evaluate(it => it.room.view.likes)).toBe(4)
  await host.press('Like')
  await expect.poll(() => counting.page.evaluate(() => hearts)).toBe(1)
  expect(await element.element.evaluate(it => it.room.view.likes), 'what is said is not counted').toBe(4)
})

test('stopPush ends the broadcast for the elements of a live room, too', async ({ facade, name, show }) => {
  const [room, ada] = [name('room'), name('ada')]
  const host = await facade({ room })
  await host.login(ada)
  await host.shows(`I am Nick of ${ada}`)
  await host.page.locator('[name=title]').fill('Evening')
  await host.press('Create')
  await host.shows('created Evening')
  await host.press('Enter')
  await host.shows('entered')
  const { element } = await show('live-room', { room })
  await host.press('End the broadcast')
  await expect.poll(() => element.evaluate(it => it.room.view.live)).toBe('ended')
})

test('what a live room does not have is refused with a number', async ({ facade }) => {
  const live = await facade()
  const codes = await live.run(async () => {
    const code = promise => promise.then(() => 'resolved', error => error.code)
    return [
      await code(im.sendImageMessage({ roomID: 'r', file: new File(['x'], 'a.png') })),
      await code(im.enterRoom()),
      await code(im.enterRoom(12)),
      await code(im.exitRoom('nowhere')),
      await code(im.login({ userID: '', userSig: '' })),
      await code(im.login()),
    ]
  })
  expect(codes).toEqual([990001, 2602, 10010, 2623, 2002, 2002])
})
