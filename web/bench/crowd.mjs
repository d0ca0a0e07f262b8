// A room full of people who talk, over REST as a backend would send for them.
import { randomInt } from 'node:crypto'
import { Agent, request } from 'node:http'

const PEOPLE = 60
/** How often sums are sent; the rate is reached by several calls at once. */
const BEAT_MS = 20

const LINES = [
  'good evening everyone',
  '来了来了！今天弹什么？',
  'that left hand though',
  '前奏一响就放松了',
  'first time here, is it always this quiet and nice?',
  '哈哈哈哈哈哈',
  'requests are open, one each please 🎹',
  '这一段弹得真干净，听得我鸡皮疙瘩都起来了，谢谢主播今晚的演出，下周日还来吗？',
  '👏👏👏',
  'Clair de lune, if your hands are warm. I had this at my wedding and it still gets me every single time, thank you for playing it tonight.',
]

export class Crowd {
  sent = 0
  admitted = 0
  #app
  #server
  #ticket
  #agent = new Agent({ keepAlive: true, maxSockets: 32 })

  constructor({ server, app, sign }) {
    this.#server = server
    this.#app = app
    this.#ticket = sign('administrator')
  }

  async openRoom() {
    const room = `bench-${randomInt(2 ** 32).toString(36)}`
    for (let index = 0; index < PEOPLE; index += 1) {
      await this.#call('im_open_login_svc/account_import', { UserID: `p${index}`, Nick: `${index % 2 ? '小美' : 'Oscar'} ${index}` })
    }
    await this.#call('group_open_http_svc/create_group', { Type: 'AVChatRoom', GroupId: room, Name: 'Bench', Owner_Account: 'p0' })
    return room
  }

  /** Talk of `rate` messages per second: nineteen texts, one gift; and likes beside them. Ends with `end()`. */
  talk(room, rate) {
    const under = new Set()
    const began = performance.now()
    const say = () => {
      const call = this.#say(room, this.sent)
        .catch(error => console.error(error.message))
        .finally(() => under.delete(call))
      this.sent += 1
      under.add(call)
    }
    const beat = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * rate)
      while (this.sent < due) say()
    }, BEAT_MS)
    const hearts = setInterval(() => {
      const add = { GroupId: room, GroupCounter: [{ Key: 'likes', Value: randomInt(1, 40) }], Mode: 'Increase' }
      this.#call('group_open_http_svc/update_group_counter', add).catch(error => console.error(error.message))
    }, 1000)
    return {
      end: async () => {
        clearInterval(beat)
        clearInterval(hearts)
        await Promise.all(under)
      },
    }
  }

  async #say(room, index) {
    const gift = index % 20 === 19
    const Data = JSON.stringify({ v: 1, type: 'gift', gift: ['rose', 'cake', 'rocket'][index % 3], count: 1 })
    const text = { MsgType: 'TIMTextElem', MsgContent: { Text: `${LINES[index % LINES.length]} ${index}` } }
    const answer = await this.#call('group_open_http_svc/send_group_msg', {
      GroupId: room,
      From_Account: `p${index % PEOPLE}`,
      Random: randomInt(2 ** 32),
      MsgPriority: gift ? 'High' : 'Normal',
      MsgBody: [gift ? { MsgType: 'TIMCustomElem', MsgContent: { Data, Desc: 'gift', Ext: '' } } : text],
    })
    if (!answer.MsgDropReason) this.admitted += 1
  }

  #call(command, body) {
    const query = new URLSearchParams({ sdkappid: this.#app, identifier: 'administrator', usersig: this.#ticket, random: randomInt(2 ** 32), contenttype: 'json' })
    return new Promise((resolve, reject) => {
      const call = request(`${this.#server}/v4/${command}?${query}`, { method: 'POST', agent: this.#agent, headers: { 'content-type': 'application/json' } }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', chunk => (text += chunk))
        response.on('end', () => {
          const answer = JSON.parse(text)
          if (answer.ErrorCode === 0) resolve(answer)
          else reject(new Error(`${command}: ${answer.ErrorCode} ${answer.ErrorInfo}`))
        })
      })
      call.on('error', reject).end(JSON.stringify(body))
    })
  }

  close() {
    this.#agent.destroy()
  }
}
