// The pusher of a page that was written for tweblive, on the facade: the original needs an rtc SDK and a vendor's server.
import { expect, test } from '../lib/tweblive.mjs'

const CAMERAS = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--auto-select-desktop-capture-source=Entire screen']

test('cameras and microphones are listed, shown, switched and let go of', async ({ openIn }) => {
  const live = await openIn(CAMERAS)
  const seen = await live.run(async () => {
    const pusher = TWebLive.createPusher({ userID: 'ada' })
    const told = { before: [pusher.getCurrentCamera(), pusher.isPushing(), pusher.getLiveStreamURL()], requirements: await pusher.checkSystemRequirements() }
    await pusher.setRenderView({ elementID: 'video', audio: true, video: '480p' })
    const video = document.querySelector('#video video')
    const tracks = () => video.srcObject.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`).sort()
    await new Promise(resolve => (video.videoWidth ? resolve() : (video.onresize = resolve)))
    told.size = video.videoWidth
    told.quiet = video.muted
    const [camera] = await pusher.getCameraList()
    const microphones = await pusher.getMicrophoneList()
    told.current = [pusher.getCurrentCamera() === camera.deviceId, microphones.some(({ deviceId }) => deviceId === pusher.getCurrentMicrophone())]
    const taken = video.srcObject.getVideoTracks()[0]
    told.both = tracks()
    await pusher.stopCamera()
    told.off = [tracks(), taken.readyState, pusher.getCurrentCamera() === camera.deviceId]
    await pusher.startCamera()
    await pusher.startCamera()
    await pusher.stopMicrophone()
    told.on = tracks()
    await pusher.startMicrophone()
    await pusher.setCurrentMicrophone(microphones.at(-1).deviceId)
    told.switched = [tracks(), pusher.getCurrentMicrophone() === microphones.at(-1).deviceId]
    told.refused = await pusher.setCurrentCamera('nowhere').catch(error => error.name)
    told.stays = tracks()
    await pusher.setRenderView({ elementID: 'video', audio: false, video: true })
    told.again = [document.querySelectorAll('#video video').length, document.querySelector('#video video').srcObject.getTracks().length]
    told.nowhere = await pusher.setRenderView({ elementID: 'nowhere', audio: true, video: true }).catch(error => error.code)
    await pusher.stopCamera()
    return told
  })
  expect(seen).toMatchObject({
    before: [undefined, false, ''],
    requirements: { result: true, detail: { isWebRTCSupported: true, isMediaDevicesSupported: true } },
    size: 640,
    quiet: true,
    current: [true, true],
    both: ['audio live', 'video live'],
    off: [['audio live'], 'ended', true],
    on: ['video live'],
    switched: [['audio live', 'video live'], true],
    refused: 'OverconstrainedError',
    stays: ['audio live', 'video live'],
    again: [1, 1],
    nowhere: 10004,
  })
})

test('a push is refused as long as there is no ingest, and sent by an adapter where there is one', async ({ openIn }) => {
  const live = await openIn(CAMERAS)
  const seen = await live.run(async () => {
    const told = []
    const code = promise => promise.then(() => 'resolved', error => error.code)
    const url = 'room://sdkappid=1&roomid=2&userid=ada&usersig=s&livedomainname=d.example'
    const pusher = TWebLive.createPusher({ userID: 'ada' })
    for (const wrong of [undefined, 'https://a/b', 'room://userid=bob', url]) told.push(await code(pusher.startPush(wrong)))
    told.push(pusher.getLiveStreamURL(), pusher.isPushing(), await code(pusher.stopPush()))

    const calls = []
    const adapter = {
      async push(room, stream, tell) {
        calls.push(['push', room.roomid, stream.getTracks().length])
        tell(TWebLive.EVENT.RTC_CONNECTION_STATE_CHANGED, { prevState: 'CONNECTING', state: 'CONNECTED' })
        return { replaceTrack: (kind, track) => calls.push([kind, track?.readyState]), stop: () => calls.push(['stop']) }
      },
    }
    const other = TWebLive.createPusher({ userID: 'ada', adapter, liveStreamURL: 'https://{domain}/hls/{stream}.m3u8' })
    other.on(TWebLive.EVENT.RTC_CONNECTION_STATE_CHANGED, event => calls.push(event.data.state))
    told.push(await code(other.startPush(url)))
    await other.setRenderView({ elementID: 'video', audio: true, video: true })
    await other.startPush(url)
    told.push(other.isPushing(), other.getLiveStreamURL())
    await other.stopCamera()
    await other.startCamera()
    await other.stopPush()
    await other.stopPush()
    told.push(other.isPushing())
    return { told, calls }
  })
  expect(seen.told).toEqual([10004, 10004, 10004, 990002, 'https://d.example/live/1_2_ada_main.flv', false, 'resolved', 10004, true, 'https://d.example/hls/1_2_ada_main.m3u8', false])
  expect(seen.calls).toEqual([['push', '2', 2], 'CONNECTED', ['video', undefined], ['video', 'live'], ['stop']])
})

test('a screen that is no longer shared is told, and a room is played by an adapter', async ({ openIn }) => {
  const live = await openIn(CAMERAS)
  const seen = await live.run(async () => {
    const told = []
    const pusher = TWebLive.createPusher({ userID: 'ada', screenCapture: true })
    pusher.on(TWebLive.EVENT.RTC_SCREEN_CAPTURE_STOPPED, event => told.push(event))
    await pusher.setRenderView({ elementID: 'video', audio: false, video: true })
    const { srcObject } = document.querySelector('#video video')
    const [track] = srcObject.getTracks()
    // As when the browser's own "stop sharing" is pressed.
    track.stop()
    track.dispatchEvent(new Event('ended'))
    told.push(srcObject.getTracks().length)
    await pusher.startCamera()
    told.push(srcObject.getTracks().length)
    await pusher.stopScreenCapture()
    told.push(srcObject.getTracks().length)

    const stream = await navigator.mediaDevices.getUserMedia({ video: true })
    const adapter = { play: async room => ({ stream, stop: () => told.push(`stopped ${room.roomid}`) }) }
    const player = TWebLive.createPlayer({ adapter })
    const playing = new Promise(resolve => player.on(TWebLive.EVENT.PLAYER_PLAYING, resolve))
    player.setRenderView({ elementID: 'video' })
    await player.startPlay('room://sdkappid=1&roomid=2&userid=u&usersig=s')
    told.push((await playing).name, player.isPlaying())
    await player.pauseVideo()
    told.push(player.isPlaying())
    player.stopPlay()
    return told
  })
  expect(seen).toEqual([{ name: 't_screen_capture_stopped' }, 0, 1, 0, 't_playing', true, false, 'stopped 2'])
})
