// A TCP wire between page and server that a test can cut.
import net from 'node:net'

export class Wire {
  #listener
  #pairs = new Set()
  #target

  static async to(target) {
    const wire = new Wire()
    wire.#target = target
    await wire.#listen(0)
    return wire
  }

  get wsUrl() {
    return `ws://127.0.0.1:${this.port}`
  }

  /** Connections that run through the wire now. */
  get connections() {
    return this.#pairs.size
  }

  #listen(port) {
    this.#listener = net.createServer(client => {
      const server = net.connect(this.#target, '127.0.0.1')
      const pair = { client, server }
      this.#pairs.add(pair)
      const end = () => {
        this.#pairs.delete(pair)
        client.destroy()
        server.destroy()
      }
      for (const socket of [client, server]) socket.on('error', end).on('close', end)
      client.pipe(server)
      server.pipe(client)
    })
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject)
      this.#listener.listen(port, '127.0.0.1', () => {
        this.port = this.#listener.address().port
        resolve()
      })
    })
  }

  /** Ends every connection at once; new ones are accepted. */
  drop() {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }

  /** Ends every connection and refuses new ones until `mend`. */
  async cut() {
    const closed = new Promise(resolve => this.#listener.close(resolve))
    this.drop()
    await closed
  }

  /** Connections from now on lead to another port. */
  turnTo(target) {
    this.#target = target
  }

  mend() {
    return this.#listen(this.port)
  }

  async dispose() {
    if (this.#listener.listening) await this.cut()
  }
}
