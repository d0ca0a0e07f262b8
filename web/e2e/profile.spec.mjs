// Profiles: set through the SDK or over REST, seen by oneself, by others and in the next message.
import { expect, test } from './lib/fixtures.mjs'

const FACE = 'http://127.0.0.1/face.png'

test('a profile change is seen by oneself, by others and in the next message', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  await alice.join(room)
  await bob.join(room)
  await alice.sendText(room, 'without a name')
  expect(await bob.waitForText(room, 'without a name')).toMatchObject({ nick: '', avatar: '' })

  const from = alice.mark()
  const { data } = await alice.call('updateMyProfile', { nick: '小爱 Alice', avatar: FACE, gender: 'Gender_Type_Female', selfSignature: 'hi' })
  expect(data).toMatchObject({ userID: alice.user, nick: '小爱 Alice', avatar: FACE })
  const updated = await alice.waitFor('PROFILE_UPDATED', { from })
  expect(updated).toMatchObject([{ userID: alice.user, nick: '小爱 Alice', avatar: FACE }])

  const read = await bob.call('getUserProfile', { userIDList: [alice.user] })
  expect(read.data).toMatchObject([{ userID: alice.user, nick: '小爱 Alice', avatar: FACE, gender: 'Gender_Type_Female', selfSignature: 'hi' }])
  expect((await rest.call('profile/portrait_get', { To_Account: [alice.user], TagList: ['Tag_Profile_IM_Nick', 'Tag_Profile_IM_Image'] })).UserProfileItem).toMatchObject([
    { To_Account: alice.user, ResultCode: 0, ProfileItem: [{ Tag: 'Tag_Profile_IM_Nick', Value: '小爱 Alice' }, { Tag: 'Tag_Profile_IM_Image', Value: FACE }] },
  ])

  await alice.sendText(room, 'with a name')
  expect(await bob.waitForText(room, 'with a name')).toMatchObject({ nick: '小爱 Alice', avatar: FACE })
})

test('a profile survives a logout', async ({ open, name }) => {
  const user = name('alice')
  const alice = await open({ user })
  await alice.call('updateMyProfile', { nick: 'Alice', avatar: FACE })
  await alice.reload()
  await alice.login(user)
  // At login the SDK reads the profile by itself; SDK_READY does not wait for it.
  await expect.poll(async () => (await alice.call('getMyProfile')).data).toMatchObject({ userID: user, nick: 'Alice', avatar: FACE })
})

test('a profile set over REST is seen by its user, by others and in the next message', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  await alice.join(room)
  await bob.join(room)
  const from = alice.mark()
  await rest.setProfile(alice.user, { nick: 'named by the backend', avatar: FACE })

  const updated = await alice.waitFor('PROFILE_UPDATED', { from })
  expect(updated).toMatchObject([{ userID: alice.user, nick: 'named by the backend', avatar: FACE }])
  expect((await alice.call('getMyProfile')).data).toMatchObject({ nick: 'named by the backend', avatar: FACE })
  expect((await bob.call('getUserProfile', { userIDList: [alice.user] })).data).toMatchObject([{ nick: 'named by the backend', avatar: FACE }])
  await alice.sendText(room, 'hello')
  expect(await bob.waitForText(room, 'hello')).toMatchObject({ nick: 'named by the backend', avatar: FACE })
})

test('profiles of many users come in one call, those imported over REST too', async ({ open, rest, name }) => {
  const reader = await open({ user: name('reader') })
  const users = [name('a'), name('b'), name('c')]
  for (const [i, user] of users.entries()) await rest.importAccount(user, { nick: `nick ${i}`, avatar: FACE })
  const { data } = await reader.call('getUserProfile', { userIDList: users })
  expect(data.map(({ userID, nick, avatar }) => ({ userID, nick, avatar }))).toEqual(users.map((userID, i) => ({ userID, nick: `nick ${i}`, avatar: FACE })))
})

test('custom fields of a profile are set through the SDK, and seen by others and over REST', async ({ open, rest, name, sdk }) => {
  const alice = await open({ user: name('alice') })
  const bob = await open({ user: name('bob') })
  const medal = { key: 'Tag_Profile_Custom_Medal', value: '金' }
  const { data } = await alice.call('updateMyProfile', { profileCustomField: [medal] })
  expect(data.profileCustomField).toContainEqual(medal)
  const read = await bob.call('getUserProfile', { userIDList: [alice.user] })
  expect(read.data[0].profileCustomField).toContainEqual(medal)
  const { UserProfileItem } = await rest.call('profile/portrait_get', { To_Account: [alice.user], TagList: [medal.key] })
  expect(UserProfileItem[0].ProfileItem).toEqual([{ Tag: medal.key, Value: medal.value }])
  await rest.call('profile/portrait_set', { From_Account: alice.user, ProfileItem: [{ Tag: medal.key, Value: '银' }] })
  if (sdk === 'ours') return // its protocol does not tell a user of his own profile
  await alice.waitFor('PROFILE_UPDATED', { where: ([profile]) => profile.profileCustomField.some(({ value }) => value === '银') })
})
