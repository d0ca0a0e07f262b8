// The customer's backend: REST v4 with an administrator's ticket.
import { randomInt } from 'node:crypto'
import { ADMIN, APP } from './server.mjs'
import { sign } from './usersig.mjs'

const LIMIT_MS = 5000

export class RestError extends Error {
  constructor(command, answer) {
    super(`${command}: ${answer.ErrorCode} ${answer.ErrorInfo}`)
    this.code = answer.ErrorCode
  }
}

export class Rest {
  #server
  #ticket = sign(ADMIN)

  constructor(server) {
    this.#server = server
  }

  /** One call; the answer whatever it says. Throws only where nothing answered. */
  async raw(command, body) {
    const query = new URLSearchParams({ sdkappid: APP.id, identifier: ADMIN, usersig: this.#ticket, random: randomInt(2 ** 32), contenttype: 'json' })
    const response = await fetch(`${this.#server.url}/v4/${command}?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    return response.json()
  }

  /** One call that must succeed. */
  async call(command, body) {
    const answer = await this.raw(command, body)
    if (answer.ErrorCode !== 0) throw new RestError(command, answer)
    return answer
  }

  /** A live room; its owner is imported if named. */
  async createRoom(room, { name = room.slice(-30), owner } = {}) {
    if (owner) await this.importAccount(owner)
    return this.call('group_open_http_svc/create_group', { Type: 'AVChatRoom', GroupId: room, Name: name, ...(owner && { Owner_Account: owner }) })
  }

  importAccount(user, { nick, avatar } = {}) {
    return this.call('im_open_login_svc/account_import', { UserID: user, Nick: nick, FaceUrl: avatar })
  }

  /** A text message; `from` absent = as the administrator. */
  sendText(room, text, { from, priority, cloudCustomData } = {}) {
    return this.sendBody(room, [{ MsgType: 'TIMTextElem', MsgContent: { Text: text } }], { from, priority, cloudCustomData })
  }

  sendBody(room, body, { from, priority, cloudCustomData } = {}) {
    return this.call('group_open_http_svc/send_group_msg', {
      GroupId: room,
      From_Account: from,
      Random: randomInt(2 ** 32),
      MsgPriority: priority,
      CloudCustomData: cloudCustomData,
      MsgBody: body,
    })
  }

  notify(room, content) {
    return this.call('group_open_http_svc/send_group_system_notification', { GroupId: room, Content: content })
  }

  modifyRoom(room, change) {
    return this.call('group_open_http_svc/modify_group_base_info', { GroupId: room, ...change })
  }

  destroyRoom(room) {
    return this.call('group_open_http_svc/destroy_group', { GroupId: room })
  }

  kick(user) {
    return this.call('im_open_login_svc/kick', { UserID: user })
  }

  setProfile(user, { nick, avatar }) {
    const items = []
    if (nick !== undefined) items.push({ Tag: 'Tag_Profile_IM_Nick', Value: nick })
    if (avatar !== undefined) items.push({ Tag: 'Tag_Profile_IM_Image', Value: avatar })
    return this.call('profile/portrait_set', { From_Account: user, ProfileItem: items })
  }

  /** Calls the admin API about a room (docs/admin-api.md); answers its JSON. */
  async admin(method, room, what, body) {
    const url = `${this.#server.adminUrl}/v1/apps/${APP.id}/rooms/${encodeURIComponent(room)}/${what}`
    const authorization = `UserSig ${ADMIN}:${this.#ticket}`
    const response = await fetch(url, { method, headers: { authorization }, body: body && JSON.stringify(body) })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${method} ${what}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
}
