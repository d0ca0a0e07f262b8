// Starts and ends Plaudit processes for tests.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const WEB_DIR = fileURLToPath(new URL('../../', import.meta.url))
const BINARY = path.resolve(WEB_DIR, process.env.PLAUDIT_BIN ?? '../target/debug/plaudit')

/** PLAUDIT_* variables are settings of the server: ours, such as PLAUDIT_BIN, are not for it. */
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PLAUDIT_')))

const START_LIMIT_MS = 15_000
/** A drain tells every session to come back and then ends; a test must never wait longer for it. */
const STOP_LIMIT_MS = 10_000

/** The apps of every test server. Keys look like the vendor's: 64 hex characters, used as ASCII. */
export const APP = { id: 1400000001, key: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
export const OTHER_APP = { id: 1400000002, key: 'fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210' }
export const APPS = [APP, OTHER_APP]
export const ADMIN = 'administrator'

export class Plaudit {
  #child
  #exited
  #log = ''
  #set
  #dataDir
  #config

  /**
   * @param {{set?: Record<string, string | number | boolean>, words?: string}} [options] `set` goes to `--set key=value`,
   *   `words` is the list of words of the first app.
   */
  static async start({ set = {}, words } = {}) {
    const server = new Plaudit()
    server.#set = set
    server.#dataDir = await mkdtemp(path.join(os.tmpdir(), 'plaudit-e2e-'))
    if (words !== undefined) {
      const list = path.join(server.#dataDir, 'words')
      server.#config = path.join(server.#dataDir, 'plaudit.toml')
      await writeFile(list, words)
      await writeFile(server.#config, `[[apps]]\nid = ${APP.id}\nwords_file = ${JSON.stringify(list)}\n`)
    }
    try {
      await server.#launch('127.0.0.1:0')
    } catch (error) {
      await server.dispose()
      throw error
    }
    return server
  }

  /** `http://127.0.0.1:PORT`: REST and, as ws://, the Web SDK door. Stays the same over a restart. */
  get url() {
    return this.clients
  }

  get wsUrl() {
    return this.clients.replace('http', 'ws')
  }

  get port() {
    return Number(new URL(this.clients).port)
  }

  /** What the server has printed so far: attached to failing tests. */
  get log() {
    return this.#log
  }

  async #launch(listen) {
    const args = ['serve', '--listen', listen, '--admin-listen', '127.0.0.1:0', '--data', this.#dataDir, '--admin', ADMIN]
    for (const app of APPS) args.push('--app', `${app.id}:${app.key}`)
    if (this.#config) args.push('--config', this.#config)
    for (const [key, value] of Object.entries(this.#set)) args.push('--set', `${key}=${value}`)

    const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT })
    this.#child = child
    this.#exited = new Promise(resolve => child.once('exit', (code, signal) => resolve({ code, signal })))

    await new Promise((resolve, reject) => {
      let stdout = ''
      const fail = why => reject(new Error(`plaudit ${why}\n${this.#log}`))
      const limit = setTimeout(() => fail(`printed no "ready" within ${START_LIMIT_MS} ms`), START_LIMIT_MS)
      child.once('error', error => fail(`could not be started (${BINARY}): ${error.message}`))
      child.once('exit', code => fail(`ended with code ${code} before it was ready`))
      child.stderr.on('data', chunk => (this.#log += chunk))
      child.stdout.on('data', chunk => {
        this.#log += chunk
        stdout += chunk
        const clients = /clients\s+(http:\/\/\S+)/.exec(stdout)
        if (clients && /^ready\b/m.test(stdout)) {
          clearTimeout(limit)
          this.clients = clients[1].replace(/\/$/, '')
          this.adminUrl = /admin\s+(http:\/\/[^\s]+)/.exec(stdout)[1]
          resolve()
        }
      })
    })
  }

  /** Ends the process by `signal` and returns how it ended. The data stays. */
  async end(signal = 'SIGTERM') {
    this.#child.kill(signal)
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS)
    const how = await this.#exited
    clearTimeout(limit)
    return how
  }

  /** Starts again on the same address and data. */
  async again() {
    await this.#launch(`127.0.0.1:${this.port}`)
  }

  /** Ends the server if it still runs and removes its data. */
  async dispose() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL')
    await rm(this.#dataDir, { recursive: true, force: true })
  }
}
