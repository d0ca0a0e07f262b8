// A busy ten seconds: far more talk than the room lets through, with gifts and likes in between. It counts what became of
// each message (REST tells its sender), what one person in the room saw of it, and reads the room's own account.

import { customOf } from './people.mjs'
import { random32 } from './rest.mjs'
import { giftElement } from './talkers.mjs'

/** Per second. The room's rate is 40 texts and gifts together, unless somebody has changed it. */
export const PLAN = { seconds: 10, text: 150, low: 20, gift: 3, like: 300 }
const STEP_MS = 100
/** So that the last of it has reached the one who watches: at least for the likes, which are told in sums. */
const LAST_LOOK_MS = { min: 600, max: 5_000 }

const GIFTS = ['rose', 'rose', 'clap', 'rose', 'cake', 'clap', 'rose', 'fireworks', 'cake', 'rocket']
const WORDS = [
  '好听！', 'bravo', '❤️❤️', '前排', 'hello from the back', '这段绝了', 'encore!', '👏👏', 'so good', '来晚了', 'goosebumps', '主播加油',
  'what a night', '雪越下越大', 'the cat moved!', '哈哈哈', 'first!', '再来一首', 'wow', '太治愈了', 'hi everyone', '路过', 'love this room', '打卡',
]

/** How many of a kind, `perSecond` of them, are due `elapsedMs` after the beginning. */
export function dueAt(perSecond, elapsedMs, seconds) {
  return Math.floor((perSecond * Math.min(Math.max(elapsedMs, 0), seconds * 1000)) / 1000)
}

export class Flood {
  #door
  #room
  #crowd
  #plan
  #watch
  #account
  #running = false
  #ended = false
  #result = { state: 'idle' }

  /** `watch({ message, likes, gap })` shows what one person sees and answers how to stop; `account(from, until)` is the room's, or nothing. */
  constructor({ door, room, crowd, plan = PLAN, watch, account }) {
    this.#door = door
    this.#room = room
    this.#crowd = crowd
    this.#plan = plan
    this.#watch = watch
    this.#account = account
  }

  /** What the page shows. */
  get result() {
    return this.#result
  }

  /** False where one is running: one at a time. */
  begin() {
    if (this.#running || this.#ended) return false
    this.#running = true
    this.#run()
      .catch((error) => {
        console.error(`the flood: ${error.message}`)
        this.#result.state = 'failed'
      })
      .finally(() => (this.#running = false))
    return true
  }

  end() {
    this.#ended = true
  }

  async #run() {
    const kind = () => ({ sent: 0, admitted: 0, dropped: 0, failed: 0, seen: 0 })
    const result = { state: 'running', seconds: this.#plan.seconds, elapsedMs: 0, text: kind(), low: kind(), gift: kind() }
    // The watcher is on this busy machine, too: if his connection fails for too long, he misses something, and is told.
    result.gaps = 0
    result.like = { sent: 0, counted: 0, updates: 0 }
    this.#result = result
    const ids = new Set(this.#crowd.map(({ id }) => id))
    const stop = this.#watch({
      message: ({ from, priority, type }) => {
        if (!ids.has(from)) return
        result[type === 'TIMCustomElem' ? 'gift' : priority === 'Low' ? 'low' : 'text'].seen += 1
      },
      likes: () => (result.like.updates += 1),
      gap: () => (result.gaps += 1),
    })
    const begun = Date.now()
    try {
      // The door gives up on an answer after ten seconds, so this ends.
      await this.#send(result, begun)
      await after(LAST_LOOK_MS.min)
      await seenAll([result.text, result.low, result.gift], LAST_LOOK_MS.max - LAST_LOOK_MS.min)
    } finally {
      stop()
    }
    const account = await this.#account?.(Math.floor(begun / 1000), Math.ceil(Date.now() / 1000)).catch(() => undefined)
    if (account) Object.assign(result, account)
    result.state = 'done'
  }

  async #send(result, begun) {
    const { seconds, text, low, gift, like } = this.#plan
    const answers = []
    for (let elapsed = 0; elapsed < seconds * 1000 && !this.#ended; ) {
      await after(STEP_MS)
      elapsed = Date.now() - begun
      result.elapsedMs = Math.min(elapsed, seconds * 1000)
      const owed = (perSecond, { sent }) => dueAt(perSecond, elapsed, seconds) - sent
      for (let count = owed(gift, result.gift); count > 0; count -= 1) answers.push(this.#gift(result.gift))
      for (let count = owed(text, result.text); count > 0; count -= 1) answers.push(this.#text(result.text, 'Normal'))
      for (let count = owed(low, result.low); count > 0; count -= 1) answers.push(this.#text(result.low, 'Low'))
      answers.push(this.#like(result.like, owed(like, result.like)))
    }
    await Promise.all(answers)
  }

  #gift(count) {
    const gift = GIFTS[count.sent % GIFTS.length]
    // The same few people give, so that combos are seen.
    return this.#message(count, this.#crowd[count.sent % 4], 'High', giftElement(gift, 1))
  }

  #text(count, priority) {
    const who = this.#crowd[(count.sent * 7) % this.#crowd.length]
    const Text = `${WORDS[(count.sent * 5) % WORDS.length]} ${count.sent + 1}`
    return this.#message(count, who, priority, { MsgType: 'TIMTextElem', MsgContent: { Text } })
  }

  async #message(count, who, MsgPriority, element) {
    count.sent += 1
    try {
      const answer = await this.#door.call('group_open_http_svc/send_group_msg', {
        GroupId: this.#room,
        From_Account: who.id,
        MsgPriority,
        Random: random32(),
        CloudCustomData: customOf(who),
        MsgBody: [element],
      })
      count[answer.MsgDropReason ? 'dropped' : 'admitted'] += 1
    } catch {
      count.failed += 1
    }
  }

  async #like(count, Value) {
    if (Value <= 0) return
    count.sent += Value
    const add = { GroupId: this.#room, GroupCounter: [{ Key: 'likes', Value }], Mode: 'Increase' }
    const well = await this.#door.call('group_open_http_svc/update_group_counter', add).then(() => true, () => false)
    if (well) count.counted += Value
  }
}

async function seenAll(kinds, withinMs) {
  const until = Date.now() + withinMs
  while (kinds.some(({ seen, admitted }) => seen < admitted) && Date.now() < until) await after(STEP_MS)
}

const after = (ms) => new Promise((done) => setTimeout(done, ms))
