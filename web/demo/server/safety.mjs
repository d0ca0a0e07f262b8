// Which pages may do what. Nothing inline, nothing from elsewhere, nothing evaluated.

/** Policies by kind of page: `outer` holds the frames, `room` is a page with elements, `official` one with an official SDK. */
export function safetyOf(plaudit, origin) {
  const { port } = new URL(origin)
  const here = `'self' http://127.0.0.1:${port} http://localhost:${port}`
  const common = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "form-action 'none'"]
  const chat = `connect-src 'self' ${plaudit} ${plaudit.replace(/^http/, 'ws')}`
  const trusted = "require-trusted-types-for 'script'"
  const policies = {
    outer: [...common, "img-src 'self'", "connect-src 'self'", "frame-src 'self'", "frame-ancestors 'none'", trusted, "trusted-types 'none'"],
    room: [
      ...common,
      `img-src ${here} data: blob:`,
      "media-src 'self' blob:",
      'worker-src blob:',
      chat,
      "frame-ancestors 'self'",
      trusted,
      'trusted-types lit-html',
    ],
    // The official SDKs keep their socket in a blob worker, and do without trusted types.
    official: [...common, `img-src ${here}`, chat, 'worker-src blob:', "frame-ancestors 'none'"],
  }
  const rest = {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  }
  return (kind) => ({ ...rest, 'content-security-policy': policies[kind].join('; ') })
}

/** A page elsewhere that points its own name at this machine must not get tickets (DNS rebinding). */
export function isLoopback(host = '') {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)
}

/** Whether a request that changes something came from our own page; browsers tell. */
export function isOwn({ headers }) {
  return headers['sec-fetch-site'] === undefined || headers['sec-fetch-site'] === 'same-origin'
}
