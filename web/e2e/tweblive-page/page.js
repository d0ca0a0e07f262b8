// A live page as people wrote them for TWebLive: a guest looks in, logs in, talks, likes, watches. It knows of no test and of
// no other library. Where and which room: ?app=1400000001&room=living-room
const { app, room, autoplay, flv, hls } = Object.fromEntries(new URLSearchParams(location.search))
const { EVENT, TYPES } = TWebLive
const $ = id => document.getElementById(id)

function note(text) {
  const line = document.createElement('li')
  line.textContent = text
  $('journal').append(line)
}

/** What stands there changes, or nothing happens. */
function stand(id, text) {
  if ($(id).value !== text) {
    $(id).value = text
    note(`${id}: ${text}`)
  }
}

const nameOf = ({ nick, from }) => nick || from
const failed = what => error => note(`${what}: not done, ${error.code ?? error.message}`)

// --- the room ----------------------------------------------------------------------------------------------------------

const im = TWebLive.createIM({ SDKAppID: Number(app) })
im.setLogLevel(4)
im.on(EVENT.IM_READY, event => {
  note(`ready ${event.name}`)
  im.setMyProfile({ nick: `Nick of ${$('me').value}` })
    .then(() => im.getMyProfile())
    .then(({ data }) => note(`I am ${data.nick}`))
    .catch(failed('profile'))
})
im.on(EVENT.IM_NOT_READY, () => note('not ready'))
im.on(EVENT.IM_TEXT_MESSAGE_RECEIVED, event => event.data.forEach(message => note(`${nameOf(message)}: ${message.payload.text}`)))
im.on(EVENT.IM_CUSTOM_MESSAGE_RECEIVED, event => {
  const likes = event.data.filter(({ payload }) => payload.data === 'like')
  if (likes.length) stand('likes', String(Number($('likes').value) + likes.length))
})
im.on(EVENT.IM_REMOTE_USER_JOIN, event => event.data.forEach(tip => note(`${tip.payload.userIDList[0]} (${tip.nick}) came`)))
im.on(EVENT.IM_REMOTE_USER_LEAVE, event => event.data.forEach(tip => note(`${tip.payload.userIDList[0]} went`)))
im.on(EVENT.IM_PUSH_STOPPED, event => note(`the host has ended: ${event.data}`))
im.on(EVENT.IM_KICKED_OUT, event => note(`kicked out: ${event.data}`))
im.on(EVENT.IM_NET_STATE_CHANGED, event => event.data === TYPES.NET_STATE_CONNECTED || ($('network').value = event.data))

$('login').onsubmit = event => {
  event.preventDefault()
  const { user, ticket } = event.target.elements
  im.login({ userID: user.value, userSig: ticket.value })
    .then(({ code, data }) => {
      stand('me', user.value)
      note(`logged in ${code}${data.repeatLogin === true ? ' again' : ''}`)
    })
    .catch(failed('login'))
}

document.querySelector('[name=enter]').onclick = () =>
  im.enterRoom(room).then(({ data }) => {
    switch (data.status) {
      case TYPES.ENTER_ROOM_SUCCESS:
      case TYPES.ALREADY_IN_ROOM: // a guest who has logged in
        note('entered')
    }
  }, failed('enter'))
document.querySelector('[name=leave]').onclick = () => im.exitRoom(room).then(({ data }) => note(`left ${data.groupID}`), failed('leave'))
document.querySelector('[name=logout]').onclick = () => im.logout().then(() => note('logged out'), failed('logout'))

$('say').onsubmit = event => {
  event.preventDefault()
  const { text } = event.target.elements
  im.sendTextMessage({ roomID: room, text: text.value, priority: TYPES.MSG_PRIORITY_HIGH }).then(({ data }) => {
    note(`me: ${data.message.payload.text} (${data.message.status})`)
    text.value = ''
  }, failed('send'))
}
document.querySelector('[name=like]').onclick = () =>
  im.sendCustomMessage({ roomID: room, data: 'like', description: '', extension: '' }).then(() => note('I like it'), failed('like'))

$('host').onsubmit = event => {
  event.preventDefault()
  im.createRoom({ name: event.target.elements.title.value, roomID: room })
    .then(({ data }) => note(`created ${data.group.name}`))
    .catch(error => (error.code === 10025 ? note('the room is mine already') : failed('create')(error)))
}
document.querySelector('[name=end]').onclick = () => im.stopPush({ roomID: room, postscript: 'Good night 晚安' }).then(() => note('ended'), failed('end'))

// --- the video -----------------------------------------------------------------------------------------------------------

const player = TWebLive.createPlayer()
player.setRenderView({ elementID: 'video' })
player.setCustomConfig({ autoplay: true, poster: { style: 'cover', src: '' }, pausePosterEnabled: false, wording: { 1: 'Words of the page for 1', 2: 'Words of the page for 2' } })
player.on(EVENT.PLAYER_PLAYING, () => stand('player', 'playing'))
player.on(EVENT.PLAYER_PAUSE, () => stand('player', 'paused'))
player.on(EVENT.PLAYER_ERROR, event => stand('trouble', `error ${event.data.code}`))
player.on(EVENT.PLAYER_AUTOPLAY_NOT_ALLOWED, () => stand('player', 'not allowed'))

function play() {
  const { flv, hls } = $('watch').elements
  stand('trouble', '')
  const url = `https://flv=${encodeURIComponent(flv.value)}&hls=${encodeURIComponent(hls.value)}`
  player.startPlay(url).then(() => note('play: accepted'), failed('play'))
}
$('watch').onsubmit = event => {
  event.preventDefault()
  play()
}
const buttons = $('watch').elements
buttons.pause.onclick = () => player.pauseVideo()
buttons.resume.onclick = () => player.resumeVideo()
buttons.tap.onclick = () => player.resumePlay()
buttons.stop.onclick = () => {
  player.stopPlay()
  stand('player', 'stopped')
}
if (autoplay) {
  buttons.flv.value = flv ?? ''
  buttons.hls.value = hls ?? ''
  play()
}
