// A small dialog that asks a visitor for a name.

import { element } from './dom.js'
import { settings } from './settings.js'

const NAME_KEPT = 'plaudit-demo-name'
const NAME_MAX = 24

const WORDS = {
  en: {
    title: 'Join the talk',
    name: 'Your name',
    other: 'Another face',
    cancel: 'Only read',
    join: 'Join',
    joining: 'Joining …',
    failed: (why) => `That did not work: ${why}`,
  },
  zh: {
    title: '加入聊天',
    name: '你的昵称',
    other: '换个头像',
    cancel: '先看看',
    join: '加入',
    joining: '加入中…',
    failed: (why) => `没有成功：${why}`,
  },
}

/** `logIn({ nick, seed })` is tried while the dialog is open. Answers who logged in, or nothing. */
export function askName({ nick = localStorage.getItem(NAME_KEPT) ?? '', seed }, logIn) {
  if (document.querySelector('dialog.login')) return Promise.resolve()
  const words = WORDS[settings.language]
  const name = element('input', { name: 'nick', value: nick, maxLength: NAME_MAX, required: true, autocomplete: 'nickname' })
  const picture = element('img', { alt: '', src: pictureOf(seed) })
  const face = element('button', { type: 'button', className: 'face', title: words.other, 'aria-label': words.other }, picture)
  const cancel = element('button', { type: 'button', textContent: words.cancel })
  const join = element('button', { className: 'main', textContent: words.join })
  const why = element('p', { className: 'why', hidden: true, role: 'alert' })
  const heading = element('h1', { id: 'login-title', textContent: words.title })
  const form = element(
    'form',
    {},
    heading,
    element('div', { className: 'who' }, face, element('label', {}, words.name, name)),
    why,
    element('div', { className: 'buttons' }, cancel, join),
  )
  const dialog = element('dialog', { className: 'login', 'aria-labelledby': 'login-title' }, form)

  let me
  face.addEventListener('click', () => {
    seed = again(seed)
    picture.src = pictureOf(seed)
  })
  cancel.addEventListener('click', () => dialog.close())
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const nick = name.value.trim()
    if (!nick) return name.focus()
    join.disabled = true
    join.textContent = words.joining
    try {
      await logIn({ nick, seed })
      localStorage.setItem(NAME_KEPT, nick)
      me = { nick, seed }
      dialog.close()
    } catch (error) {
      why.textContent = words.failed(error.message)
      why.hidden = false
      join.disabled = false
      join.textContent = words.join
    }
  })
  document.body.append(dialog)
  dialog.showModal()
  name.select()
  return new Promise((done) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      done(me)
    })
  })
}

const pictureOf = (seed) => `/avatar/you-${seed}.svg`

/** The next face: the seed is hexadecimal. */
const again = (seed) => ((Number.parseInt(seed, 16) + 0x10001) % 2 ** 40).toString(16).padStart(10, '0')
