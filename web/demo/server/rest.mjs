// Plaudit's REST door, as any backend with the vendor's API uses it.

/** A call that was answered with an error code, or not at all. */
export class RestError extends Error {
  constructor(command, code, info) {
    super(`${command}: ${code} ${info}`)
    this.code = code
  }
}

export class RestDoor {
  #url
  #app
  #ticket

  constructor({ url, app, ticket }) {
    this.#url = url
    this.#app = app
    this.#ticket = ticket
  }

  /** Calls `service/command`; the answer's body, or a RestError. */
  async call(command, body) {
    const query = new URLSearchParams({
      sdkappid: this.#app,
      identifier: 'administrator',
      usersig: this.#ticket(),
      random: random32(),
      contenttype: 'json',
    })
    const response = await fetch(`${this.#url}/v4/${command}?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) throw new RestError(command, `HTTP ${response.status}`, await response.text())
    const answer = await response.json()
    if (answer.ErrorCode !== 0) throw new RestError(command, answer.ErrorCode, answer.ErrorInfo)
    return answer
  }
}

export function random32() {
  return Math.floor(Math.random() * 2 ** 32)
}
