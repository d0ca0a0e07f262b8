// What our SDK does not have to show, and why. Everything else runs against it as against the official ones.
import path from 'node:path'

const POLLING = 'polling is the transport of the official SDKs'
const DIRECT = 'messages from user to user are no part of the native protocol'

/** By spec file: a reason for all of it, or titles with their reasons. */
const NOT_FOR_OURS = {
  'direct.spec.mjs': DIRECT,
  'modes.spec.mjs': [[/members who poll/, POLLING]],
  'comeback.spec.mjs': [[/members poll/, POLLING]],
  'shared.spec.mjs': [
    [/where members poll/, POLLING],
    [/marked members are listed/, 'marks are no part of the native protocol'],
  ],
  'moderation.spec.mjs': [[/custom message of the backend to one user/, DIRECT]],
  'profile.spec.mjs': [[/set over REST is seen by its user/, 'the native protocol does not tell a user of his own profile']],
  'login.spec.mjs': [
    [/an app that the server does not know/, 'a browser does not show its page the 404 of a WebSocket handshake'],
    [/an unknown login key/, "a test of the vendor's wire"],
  ],
}

export function reasonToSkip(sdk, { file, title }) {
  if (sdk !== 'ours') return undefined
  const reasons = NOT_FOR_OURS[path.basename(file)]
  return typeof reasons === 'string' ? reasons : reasons?.find(([pattern]) => pattern.test(title))?.[1]
}
