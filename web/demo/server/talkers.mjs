// The script is played: people talk over REST, as a backend would send for its users, so that the room is not empty.

import { customOf } from './people.mjs'
import { random32 } from './rest.mjs'
import { SCRIPT } from './script.mjs'

/** However the script is written, nobody is faster than this. */
const GAP_MIN_MS = 700
/** After a failure; the script goes on with its next line. */
const PAUSE_MS = 3_000

export class Talkers {
  #people
  #audience
  #door
  #room
  #timer
  #ended = false
  #count = { admitted: 0, dropped: 0, failed: 0 }
  #lastTrouble = 'none'

  constructor({ door, room, people, audience }) {
    this.#door = door
    this.#room = room
    this.#people = new Map(people.map((person) => [person.id, person]))
    this.#audience = audience
  }

  begin() {
    this.#next(0)
  }

  end() {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  /** For people and for `cargo xtask demo --check`: one `name value` per line. */
  status() {
    const { admitted, dropped, failed } = this.#count
    return `room ${this.#room}\nadmitted ${admitted}\ndropped ${dropped}\nfailed ${failed}\nlast_trouble ${this.#lastTrouble}\n`
  }

  #next(index) {
    if (this.#ended) return
    const [wait, ...line] = SCRIPT[index % SCRIPT.length]
    this.#timer = setTimeout(
      async () => {
        const well = await this.#play(line)
        if (well) return this.#next(index + 1)
        this.#timer = setTimeout(() => this.#next(index + 1), PAUSE_MS)
      },
      Math.max(wait * 1000, GAP_MIN_MS),
    )
  }

  /** One line of the script. A failure is counted and told, and the others talk on. */
  async #play([kind, ...words]) {
    try {
      await this[kind](...words)
      return true
    } catch (error) {
      if (this.#ended) return false
      this.#count.failed += 1
      this.#lastTrouble = error.message
      console.error(error.message)
      return false
    }
  }

  say(who, Text) {
    return this.#send(who, 'Normal', { MsgType: 'TIMTextElem', MsgContent: { Text } })
  }

  gift(who, gift, count = 1) {
    return this.#send(who, 'High', giftElement(gift, count))
  }

  /** Of a person who is in the room; otherwise the sum grows all the same. */
  async like(who, count) {
    if (await this.#audience.like(who, count)) return
    const add = { GroupId: this.#room, GroupCounter: [{ Key: 'likes', Value: count }], Mode: 'Increase' }
    await this.#door.call('group_open_http_svc/update_group_counter', add)
  }

  notice(Content) {
    return this.#door.call('group_open_http_svc/send_group_system_notification', { GroupId: this.#room, Content })
  }

  playing(Notification) {
    return this.#door.call('group_open_http_svc/modify_group_base_info', { GroupId: this.#room, Notification })
  }

  come(who) {
    return this.#audience.come(who)
  }

  go(who) {
    return this.#audience.go(who)
  }

  async #send(From_Account, MsgPriority, element) {
    const answer = await this.#door.call('group_open_http_svc/send_group_msg', {
      GroupId: this.#room,
      From_Account,
      MsgPriority,
      Random: random32(),
      CloudCustomData: customOf(this.#people.get(From_Account)),
      MsgBody: [element],
    })
    this.#count[answer.MsgDropReason ? 'dropped' : 'admitted'] += 1
  }
}

/** A gift as the elements of web/live-room read it. */
export function giftElement(gift, count) {
  const Data = JSON.stringify({ v: 1, type: 'gift', gift, count })
  return { MsgType: 'TIMCustomElem', MsgContent: { Data, Desc: 'gift', Ext: '' } }
}
