// One room, all SDKs: the same conversation in the same order for everybody, whoever speaks.
import { expect, test } from './lib/fixtures.mjs'

const SDKS = ['v2', 'v3', 'ours']

/** The rest of the suite asks each SDK alone; this one needs all of them, so it runs once. */
test.skip(({ sdk }) => sdk !== 'ours', 'runs once, with all SDKs')

/** Who has said what, by name and number, as one page saw or said it. */
const story = (client, room) =>
  client
    .messages(room)
    .filter(({ type }) => type === 'TIMTextElem' || type === 'TIMCustomElem')
    .map(({ ID, sequence, from, nick, payload }) => ({ ID, sequence, from, nick, said: payload.text ?? payload.data }))

test('official v2, v3 and ours in one room show the same conversation in the same order', async ({ open, rest, name }) => {
  const room = name('room')
  await rest.createRoom(room)
  const talkers = []
  for (const sdk of SDKS) {
    const talker = await open({ user: name(sdk), sdk })
    await talker.call('updateMyProfile', { nick: `I use ${sdk}` })
    await talker.join(room)
    talkers.push(talker)
  }
  const watchers = []
  for (const sdk of SDKS) {
    for (const user of [name(`watch-${sdk}`), undefined]) {
      const watcher = await open({ user, sdk })
      await watcher.join(room)
      watchers.push(watcher)
    }
  }

  const talk = async (talker, n) => {
    const sent = []
    for (let i = 0; i < 8; i++) {
      sent.push(await talker.sendText(room, `${SDKS[n]} ${i}`, { priority: 'High' }))
      sent.push(await talker.send(room, 'Custom', { data: `${SDKS[n]} custom ${i}`, description: '', extension: '' }, { priority: 'High' }))
    }
    return sent
  }
  const sent = (await Promise.all([...talkers.map(talk), rest.sendText(room, 'the backend')])).flat().filter(({ ID }) => ID)
  const numbers = new Set(sent.map(({ sequence }) => sequence))
  expect(numbers.size).toBe(48)

  const [first, ...others] = watchers
  await expect.poll(() => story(first, room).length).toBe(49)
  const whole = story(first, room)
  expect(whole.map(({ sequence }) => sequence)).toEqual([...whole.map(({ sequence }) => sequence)].sort((a, b) => a - b))
  for (const other of others) await expect.poll(() => story(other, room), other.label).toEqual(whole)
  for (const talker of talkers) {
    await expect.poll(() => story(talker, room), talker.label).toEqual(whole.filter(({ from }) => from !== talker.user))
  }
  // What the senders hold in hand is what the others saw.
  for (const { ID, sequence, from } of sent) expect(whole).toContainEqual(expect.objectContaining({ ID, sequence, from }))
})

test('tips, notices, attributes and removals of one room look the same through all SDKs', async ({ open, rest, name }) => {
  const room = name('room')
  const owner = await open({ user: name('owner'), sdk: 'ours' })
  await owner.call('createGroup', { type: 'AVChatRoom', groupID: room, name: 'room' })
  await owner.join(room)
  const viewers = []
  for (const sdk of SDKS) {
    const viewer = await open({ user: name(sdk), sdk })
    await viewer.join(room)
    viewers.push(viewer)
  }
  const late = await open({ user: name('late'), sdk: 'ours' })
  await late.join(room)
  await owner.call('updateGroupProfile', { groupID: room, name: 'renamed', notification: 'be kind' })
  await owner.call('initGroupAttributes', { groupID: room, groupAttributes: { topic: 'cats' } })
  await rest.notify(room, 'goal!')
  await late.call('quitGroup', room)
  await owner.call('dismissGroup', room)

  const shape = ({ type, conversationID, payload }) => ({
    type,
    conversationID,
    operationType: payload.operationType,
    operatorID: payload.operationType === 255 || payload.operationType === 5 ? undefined : payload.operatorID,
    users: payload.userIDList ?? [],
    name: payload.newGroupProfile?.groupName,
    notification: payload.newGroupProfile?.notification,
    text: payload.userDefinedField || undefined,
    room: payload.groupProfile?.groupID,
  })
  const seen = viewer => {
    const shapes = viewer.messages(room).filter(({ payload }) => payload.operationType).map(shape)
    return shapes.slice(shapes.findIndex(({ users }) => users.includes(late.user)))
  }
  for (const viewer of viewers) await viewer.waitForNotice(room, 5)
  const [v2, v3, ours] = viewers.map(seen)
  expect(ours.map(({ operationType }) => operationType)).toEqual([1, 6, 255, 2, 5])
  expect(ours).toEqual(v3)
  expect(ours).toEqual(v2)
  for (const viewer of viewers) {
    expect(viewer.seen('GROUP_ATTRIBUTES_UPDATED').at(-1).data).toMatchObject({ groupID: room, groupAttributes: { topic: 'cats' } })
  }
})
