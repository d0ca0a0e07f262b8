// The page for the official SDKs, unmodified: puts the room (room.js) into a list (chat.js).

import { ChatList, element } from './chat.js'
import { GIFTS, giftOf } from './gifts.js'
import { Room } from './room.js'
import { fillWords, words } from './words.js'
import { onSettings } from '../settings.js'

const NAME_KEPT = 'plaudit-demo-name'
const USER_KEPT = 'plaudit-demo-user'

const $ = (id) => document.getElementById(id)
const view = {
  chat: new ChatList($('log'), $('pill')),
  link: 'connecting',
  likes: 0,
  /** Hearts of mine that are shown already, and not in what the server told yet. */
  mine: 0,
  me: null,
}

async function main() {
  window.addEventListener('error', ({ error, message }) => showTrouble(error ?? message))
  window.addEventListener('unhandledrejection', ({ reason }) => showTrouble(reason))
  onSettings(speak)

  const config = await fetched('config.json')
  const asked = new URLSearchParams(location.search).get('sdk')
  const version = Object.hasOwn(config.sdk, asked ?? '') ? asked : 'v3'
  const sdk = config.sdk[version]
  showSdks(config.sdk, version)
  $('room-name').textContent = config.room.name
  $('what-sdk').textContent = `${sdk.name} ${sdk.version}`
  await script(`sdk/${version}.js`)

  const loaded = window[sdk.global]
  const room = new Room({ sdk: loaded.TencentCloudChat ?? loaded, config })
  listen(room)
  offer(room)
  // A room may be closed to guests; logging in is offered all the same.
  await room.enterAsGuest().catch(showTrouble)
  $('door').querySelector('button').disabled = false
}

/** What happens in the room. */
function listen(room) {
  const on = (name, act) => room.addEventListener(name, ({ detail }) => act(detail))
  on('text', ({ message, text }) => {
    view.chat.message({ ...senderOf(message), text })
  })
  on('custom', ({ message, data }) => showCustom(senderOf(message), data))
  on('unknown', ({ message }) => view.chat.message({ ...senderOf(message), text: words().unknown(message.type) }))
  on('notice', (text) => view.chat.note(text, 'notice'))
  on('joined', (people) => view.chat.came(people))
  on('left', (people) => view.chat.went(people))
  on('profile', showProfile)
  on('likes', ({ total, add }) => {
    view.mine = Math.max(0, view.mine - add)
    showLikes(total + view.mine)
  })
  on('gap', ({ from, to }) => view.chat.note(words().gap(from, to), 'notice'))
  on('count', (count) => ($('online').textContent = count))
  on('link', showLink)
  on('dismissed', () => {
    view.chat.note(words().dismissed, 'notice')
    showLink('closed')
    showForms({ door: false, composer: false })
  })
  on('kicked', (why) => {
    view.chat.note(words().kickedOut(words().kickedWhy[why] ?? why), 'notice')
    view.me = null
    // The next login must not fight the one that took this account's place.
    sessionStorage.removeItem(USER_KEPT)
    showLink('kicked')
    showForms({ door: true, composer: false })
  })
  on('trouble', showTrouble)
}

/** What a visitor can do. */
function offer(room) {
  // Somebody may have been quicker than this script.
  $('name').value ||= localStorage.getItem(NAME_KEPT) ?? ''
  $('door').addEventListener('submit', (event) => {
    event.preventDefault()
    logIn(room, $('name').value.trim())
  })

  $('composer').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = $('text').value.trim()
    if (!text) return
    $('text').value = ''
    const priority = new FormData($('composer')).get('priority')
    const row = view.chat.message({ ...view.me, text, priority, mine: true })
    deliver(room, room.text(text, priority), row)
  })
  // Enter ends a word in an input method; only then does it send.
  $('text').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.isComposing) event.preventDefault()
  })

  for (const [gift, sign] of Object.entries(GIFTS)) {
    const button = element('button', { type: 'button', className: 'gift', textContent: sign })
    button.dataset.gift = gift
    button.addEventListener('click', () => {
      const data = { v: 1, type: 'gift', gift, count: 1 }
      const row = showCustom({ ...view.me, mine: true }, data)
      deliver(room, room.custom(data, 'High'), row)
    })
    $('gifts').append(button)
  }
  $('like').addEventListener('click', () => {
    if (!view.me) return $('name').focus()
    view.mine += 1
    showLikes(view.likes + 1)
    room.like()
  })
  labelGifts()
}

async function logIn(room, nick) {
  if (!nick) return
  const button = $('door').querySelector('button')
  button.disabled = true
  button.textContent = words().loggingIn
  try {
    const { user, ticket } = await fetched(`ticket?user=${encodeURIComponent(userId())}`)
    const me = { user, nick, avatar: `${location.origin}/avatar/${user}.svg` }
    await room.logIn({ ...me, ticket })
    localStorage.setItem(NAME_KEPT, nick)
    view.me = me
    showForms({ door: false, composer: true })
    $('text').focus()
  } catch (error) {
    showTrouble(error)
  } finally {
    button.disabled = false
    button.textContent = words().logIn
  }
}

async function deliver(room, message, row) {
  row.classList.add('pending')
  try {
    await room.send(message)
  } catch (error) {
    view.chat.failed(row, describe(error))
  } finally {
    row.classList.remove('pending')
  }
}

/** A gift (returns its row), or something that this page does not know. */
function showCustom(sender, data) {
  const gift = giftOf(data)
  if (gift) {
    const text = `${words().gives(words()[gift.gift])} ${GIFTS[gift.gift]}${gift.count > 1 ? ` ×${gift.count}` : ''}`
    return view.chat.message({ ...sender, text, kind: 'gift' })
  }
  return view.chat.message({ ...sender, text: words().unknown(String(data.type ?? data.businessID ?? 'custom')) })
}

function senderOf({ from, nick, avatar, time, priority, flow }) {
  return { user: from, nick, avatar, time, priority, mine: flow === 'out' }
}

function showLikes(total) {
  view.likes = total
  $('likes').textContent = view.likes
  $('likes').setAttribute('aria-label', words().likesNow(view.likes))
}

function showProfile({ name, notification, renamed }) {
  if (name) $('room-name').textContent = name
  if (renamed) view.chat.note(words().renamed(name))
  if (notification) view.chat.note(notification, 'notice')
}

function showLink(state) {
  view.link = state
  $('link').dataset.state = state
  $('link-word').textContent = words()[state] ?? state
}

function showForms({ door, composer }) {
  $('door').hidden = !door
  $('composer').hidden = !composer
}

function showSdks(sdks, chosen) {
  for (const [version, { name, version: number }] of Object.entries(sdks)) {
    const link = element('a', { href: `?sdk=${version}`, textContent: version, title: `${name} ${number}` })
    if (version === chosen) link.setAttribute('aria-current', 'page')
    $('sdks').append(link)
  }
}

/** All words again, in the language in force. */
function speak() {
  fillWords()
  showLink(view.link)
  labelGifts()
}

function labelGifts() {
  for (const button of $('gifts').children) {
    const label = words().giveOne(words()[button.dataset.gift])
    button.title = label
    button.setAttribute('aria-label', label)
  }
}

/** Errors stay until they are closed; the same one is shown once. */
function showTrouble(error) {
  const text = `${words().trouble}: ${describe(error)}`
  if ([...$('troubles').children].some((shown) => shown.firstChild.textContent === text)) return
  const close = element('button', { type: 'button', textContent: words().close })
  const line = element('p', {}, element('span', { textContent: text }), close)
  close.addEventListener('click', () => line.remove())
  $('troubles').append(line)
}

function describe(error) {
  const code = error?.code ? `${error.code} ` : ''
  return `${code}${error?.message ?? error}`
}

/** One account per tab: a second tab would log the first one out. */
function userId() {
  const kept = sessionStorage.getItem(USER_KEPT)
  if (kept) return kept
  const made = `you-${[...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  sessionStorage.setItem(USER_KEPT, made)
  return made
}

async function fetched(path) {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

function script(src) {
  return new Promise((done, failed) => {
    const tag = element('script', { src })
    tag.addEventListener('load', done, { once: true })
    tag.addEventListener('error', () => failed(new Error(`${src} could not be loaded`)), { once: true })
    document.head.append(tag)
  })
}

main().catch(showTrouble)
