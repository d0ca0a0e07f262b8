// The outer page: two rooms side by side, and what the demo can be asked for.

import { FloodCard } from './flood.js'
import { choose, onSettings, settings } from './settings.js'
import { fillWords, words } from './words.js'

const $ = (id) => document.getElementById(id)
const PHONE_KEPT = 'plaudit-demo-phone'
const CLOCK_EVERY_MS = 100
/** As in index.css. */
const NARROW = matchMedia('(max-width: 999px)')

let shown = 'viewer'

async function main() {
  choices()
  phone(localStorage.getItem(PHONE_KEPT) !== 'false')
  layOut()
  const card = new FloodCard({ button: $('flood'), card: $('card') })
  const config = await (await fetch('/config.json')).json()
  onSettings(() => {
    fillWords()
    press('theme', settings.theme)
    press('language', settings.language)
    $('clock').title = words().clockHint
    note(config.withoutVideo && words().noVideo[config.withoutVideo])
    card.speak()
  })
  if (config.video) tick(config.video)
}

function choices() {
  const on = (id, act) => $(id).addEventListener('click', ({ target }) => {
    const button = target.closest('button[value]')
    if (button) act(button.value)
  })
  on('theme', (value) => choose('theme', value))
  on('language', (value) => choose('language', value))
  on('shown', (value) => {
    shown = value
    layOut()
  })
  $('phone').addEventListener('click', () => phone($('phone').getAttribute('aria-pressed') !== 'true'))
  NARROW.addEventListener('change', layOut)
}

/** Both rooms, or on a narrow screen the chosen one. A room that was never shown is not entered. */
function layOut() {
  for (const name of ['viewer', 'host']) {
    const isShown = !NARROW.matches || shown === name
    $(`${name}-pane`).hidden = !isShown
    if (isShown && !$(name).src) $(name).src = $(name).dataset.src
  }
  press('shown', shown)
}

function phone(on) {
  $('phone').setAttribute('aria-pressed', String(on))
  $('rooms').classList.toggle('phone', on)
  localStorage.setItem(PHONE_KEPT, String(on))
}

function press(group, value) {
  for (const button of $(group).children) button.setAttribute('aria-pressed', String(button.value === value))
}

function note(text) {
  $('note').hidden = !text
  $('note').textContent = text || ''
}

/** The studio's clock: the broadcast runs by the time of day. */
function tick({ loopMs }) {
  $('clock').hidden = false
  setInterval(() => {
    $('seconds').textContent = ((Date.now() % loopMs) / 1000).toFixed(1).padStart(4, '0')
  }, CLOCK_EVERY_MS)
}

main()
