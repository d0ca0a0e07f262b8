// The same names for programs that `require`.
import tweblive = require('@plaudit/tweblive')

const im: tweblive.IM = tweblive.TWebLive.createIM({ SDKAppID: 1 })
const player: tweblive.Player = tweblive.default.createPlayer()
void [im, player]
