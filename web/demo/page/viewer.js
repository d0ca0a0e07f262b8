// The viewer's page: a guest until he wants to talk. Then the element asks (`login-request`), the page asks for a name, its
// backend makes a signature, and the element gets both as attributes.

import { askName } from './login.js'
import { room } from './room.js'

const KEPT = 'plaudit-demo-me'

room.addEventListener('login-request', async () => {
  const me = await askName(kept() ?? { seed: newSeed() }, logIn)
  if (me) sessionStorage.setItem(KEPT, JSON.stringify(me))
})
room.addEventListener('token-expired', () => logIn(kept()))

// Whoever loads the page again is who he was. One account per tab: a second tab would log the first one out.
if (kept()) logIn(kept()).catch((error) => console.warn(error))

async function logIn({ nick, seed }) {
  const { user, ticket } = await fetched(`/ticket?user=you-${seed}`)
  // All four in one turn: they are one login.
  const attributes = { 'user-id': user, 'user-sig': ticket, nick, avatar: `${location.origin}/avatar/you-${seed}.svg` }
  for (const [name, value] of Object.entries(attributes)) room.setAttribute(name, value)
}

async function fetched(path) {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT))
}

function newSeed() {
  return [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
