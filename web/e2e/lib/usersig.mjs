// Tickets by the vendor's own npm package, and the broken ones that a server must refuse.
import { createHmac } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { createRequire } from 'node:module'
import { APP } from './server.mjs'

const { Api } = createRequire(import.meta.url)('tls-sig-api-v2')

const DAY_S = 86_400

/** A valid ticket as a customer's backend makes it. */
export function sign(user, { app = APP, expire = DAY_S } = {}) {
  return new Api(app.id, app.key).genSig(user, expire)
}

/** A well-signed ticket with a signing time of our choice, which the package does not offer. */
export function signAt(user, time, { app = APP, expire = DAY_S } = {}) {
  const text = `TLS.identifier:${user}\nTLS.sdkappid:${app.id}\nTLS.time:${time}\nTLS.expire:${expire}\n`
  const document = {
    'TLS.ver': '2.0',
    'TLS.identifier': user,
    'TLS.sdkappid': app.id,
    'TLS.time': time,
    'TLS.expire': expire,
    'TLS.sig': createHmac('sha256', app.key).update(text).digest('base64'),
  }
  return deflateSync(JSON.stringify(document)).toString('base64').replace(/\+/g, '*').replace(/\//g, '-').replace(/=/g, '_')
}

export const now = () => Math.floor(Date.now() / 1000)

/** A ticket that ended an hour ago. */
export const expired = user => signAt(user, now() - 2 * 3600, { expire: 3600 })

/** A ticket whose compressed stream is damaged in the middle. */
export function damaged(user) {
  const ticket = sign(user)
  return ticket.slice(0, 20) + 'AAAAAAAAAAAAAAAA' + ticket.slice(36)
}
