// A few scripted people, so that the room is not empty. They talk over REST, as a backend would send for its users.

import { random32 } from './rest.mjs'
import { SCRIPT } from './script.mjs'

const PEOPLE = {
  lin: 'Lin 林 · host',
  mei: '小美',
  oscar: 'Oscar',
  jie: '阿杰',
  priya: 'Priya',
  tom: 'Tom',
  wang: '老王',
}

/** However the script is written, nobody is faster than this. */
const GAP_MIN_MS = 700
/** After a failure; the script goes on with its next line. */
const PAUSE_MS = 3_000

export class Talkers {
  people
  #door
  #room
  #timer
  #ended = false
  #count = { admitted: 0, dropped: 0, failed: 0 }
  #lastTrouble = 'none'

  constructor({ door, room, origin }) {
    this.#door = door
    this.#room = room
    this.people = Object.entries(PEOPLE).map(([id, nick]) => ({ id, nick, avatar: `${origin}/avatar/${id}.svg` }))
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
    return this.#send(who, 'High', custom({ businessID: 'gift', gift, count }))
  }

  /** Likes are a sum, so they go into the room's counter: pages of all SDKs see it, and nothing is dropped. */
  like(_who, count) {
    const add = { GroupId: this.#room, GroupCounter: [{ Key: 'likes', Value: count }], Mode: 'Increase' }
    return this.#door.call('group_open_http_svc/update_group_counter', add)
  }

  notice(Content) {
    return this.#door.call('group_open_http_svc/send_group_system_notification', { GroupId: this.#room, Content })
  }

  playing(Notification) {
    return this.#door.call('group_open_http_svc/modify_group_base_info', { GroupId: this.#room, Notification })
  }

  async #send(From_Account, MsgPriority, element) {
    const answer = await this.#door.call('group_open_http_svc/send_group_msg', {
      GroupId: this.#room,
      From_Account,
      MsgPriority,
      Random: random32(),
      MsgBody: [element],
    })
    this.#count[answer.MsgDropReason ? 'dropped' : 'admitted'] += 1
  }
}

function custom(data) {
  return { MsgType: 'TIMCustomElem', MsgContent: { Data: JSON.stringify(data), Desc: data.businessID, Ext: '' } }
}
