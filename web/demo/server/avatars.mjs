// Faces for the demo's people: a small SVG from a name, always the same for the same name.

const SKIES = ['#f2b8a0', '#f6d186', '#a8d8b9', '#9ecbe8', '#c3b1e1', '#f4a6b8', '#b7d7a8', '#f0c27b']
const SKINS = ['#ffe0c7', '#f3c9a5', '#dba67a', '#b57a52', '#8d5a3b']
const HAIRS = ['#2b2230', '#4a2f27', '#7a4a2b', '#b5651d', '#5b5b6b', '#6d3b47']
const SHIRTS = ['#3d5a80', '#6d597a', '#2a9d8f', '#b56576', '#e07a5f', '#457b9d']

/** Hair as seen from the front; the face is a circle of radius 17 around (32, 31). */
const CUTS = [
  'M15 31a17 17 0 0 1 34 0c-3-7-8-10-13-9-6 5-14 6-21 9z',
  'M13 40V30a19 19 0 0 1 38 0v10c-3-3-4-9-5-14-9 1-19 0-28 0-1 5-2 11-5 14z',
  'M16 27c1-9 8-14 16-14s15 5 16 14c-5-4-27-4-32 0z',
  'M14 33c-2-15 8-22 18-22s20 7 18 22c-2-8-6-12-10-12-6 0-10 2-15 1-5 1-9 4-11 11z',
  'M25 15a7 7 0 1 1 14 0c6 2 10 8 10 15-9-6-25-6-34 0 0-7 4-13 10-15z',
]

const EYES = [
  '<circle cx="26" cy="32" r="2"/><circle cx="38" cy="32" r="2"/>',
  '<path d="M23 33q3-4 6 0M35 33q3-4 6 0" fill="none" stroke="#2b2230" stroke-width="2" stroke-linecap="round"/>',
  '<g fill="none" stroke="#2b2230" stroke-width="1.6"><circle cx="25.5" cy="32" r="4.6"/><circle cx="38.5" cy="32" r="4.6"/><path d="M30 32h4"/></g><circle cx="25.5" cy="32" r="1.7"/><circle cx="38.5" cy="32" r="1.7"/>',
]

const MOUTHS = ['M26 39q6 6 12 0', 'M27 40q5 3 10 0', 'M28 39.5q4 4 8 0']

export function face(name) {
  const dice = dieOf(name)
  const [sky, skin, hair, shirt, cut, eyes, mouth] = [SKIES, SKINS, HAIRS, SHIRTS, CUTS, EYES, MOUTHS].map(
    (choices) => choices[dice() % choices.length],
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" fill="${sky}"/>
<path d="M8 66q2-18 24-18t24 18z" fill="${shirt}"/><path d="M27 42h10v9q-5 4-10 0z" fill="${skin}"/>
<circle cx="32" cy="31" r="17" fill="${skin}"/><path d="${cut}" fill="${hair}"/>
<g fill="#2b2230">${eyes}</g><path d="${mouth}" fill="none" stroke="#2b2230" stroke-width="2" stroke-linecap="round"/>
</svg>`
}

/** FNV-1a of the name, then one throw after the other. */
function dieOf(name) {
  let state = 0x811c9dc5
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 0x01000193)
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
    state ^= state >>> 13
    return state >>> 0
  }
}
