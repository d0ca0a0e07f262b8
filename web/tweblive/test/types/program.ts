// A program as people write it for tweblive. It is compiled, never run.
import TWebLive, { createPlayer, EVENT, TYPES, type IM, type Player, type Pusher, type RtcAdapter } from '@plaudit/tweblive'

const im: IM = TWebLive.createIM({ SDKAppID: 1, proxyServer: 'wss://live.example.com', likes: 'counter' })
const player: Player = TWebLive.createPlayer()
const pusher: Pusher = TWebLive.createPusher({ userID: 'ada', screenCapture: false })
const ready: 't_im_ready' = EVENT.IM_READY
const quality: 't_network-quality' = TWebLive.EVENT.RTC_NETWORK_QUALITY

im.on(ready, function (event) {
  console.log(this, event.name, quality)
}, im)
im.on(TWebLive.EVENT.IM_TEXT_MESSAGE_RECEIVED, event => event.data.forEach((message: { payload: { text: string } }) => message.payload.text))
im.off(TWebLive.EVENT.IM_READY)

async function program(): Promise<void> {
  const { code, data } = await im.login({ userID: 'ada', userSig: '...' })
  if (code === 0 && data.repeatLogin) console.log(data.errorInfo)
  if ((await im.enterRoom('r')).data.status === TYPES.ENTER_ROOM_SUCCESS) im.setLogLevel(4)
  const sent = await im.sendTextMessage({ roomID: 'r', text: 'hi', priority: TYPES.MSG_PRIORITY_HIGH })
  await im.sendCustomMessage({ roomID: 'r', data: 'like' }).catch((error: { code: number }) => error.code)
  await im.stopPush({ roomID: 'r', postscript: sent.data.message.ID })
  const { total } = (await im.chat.getLikes('r')).data

  player.setRenderView({ elementID: 'video' })
  player.setCustomConfig({ autoplay: true, poster: { style: 'cover', src: 'p.png' }, wording: { 1: 'one' } })
  await player.startPlay('https://flv=https://a/b.flv&hls=https://a/b.m3u8')
  player.setPlayoutVolume(total)
  await pusher.setRenderView({ elementID: 'video', audio: true, video: '720p' })
  const cameras: MediaDeviceInfo[] = await pusher.getCameraList()
  if ((await pusher.checkSystemRequirements()).result) await pusher.setCurrentCamera(cameras[0]!.deviceId)
  const address: string = pusher.getLiveStreamURL()
  const adapter: RtcAdapter = { play: async (room, tell) => (tell(EVENT.RTC_CLIENT_BANNED), { stream: new MediaStream(), stop: () => console.log(room.roomid, address) }) }
  createPlayer({ adapter })

  // @ts-expect-error a text is wanted
  await im.sendTextMessage({ roomID: 'r' })
  // @ts-expect-error there is no such style
  player.setCustomConfig({ poster: { style: 'round' } })
}
void program
