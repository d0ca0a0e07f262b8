import { EVENT, TYPES } from './constants.js'
import { createIM } from './im.js'
import { createPlayer } from './player/player.js'
import { createPusher } from './pusher/pusher.js'

/** The namespace of tweblive. */
const TWebLive = { createIM, createPlayer, createPusher, EVENT, TYPES }
export default TWebLive

export { TWebLive, createIM, createPlayer, createPusher, EVENT, TYPES }
export { CODE } from './errors.js'
export { parseLiveUrl } from './player/url.js'

export type { Running, RtcAdapter, Tell } from './adapter.js'
export type { EventName } from './constants.js'
export type { Handler, LiveEvent } from './emitter.js'
export type { TWebLiveError } from './errors.js'
export type { IM, IMOptions } from './im.js'
export type { PlayerConfig, PlayerErrorData, Poster } from './player/look.js'
export type { Player, PlayerOptions } from './player/player.js'
export type { CdnLine, LiveAddress, RoomAddress } from './player/url.js'
export type { Requirements } from './pusher/devices.js'
export type { Pusher, PusherOptions, PusherView } from './pusher/pusher.js'
