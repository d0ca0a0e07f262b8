// A person at the keyboard, and what Orca says to him. Only inside session.sh.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const LOG = `${process.env.ORCA_HOME}/voice.log`
/** It is quiet when nothing was begun for so long after the last word. */
const QUIET_MS = 1500
const LETTERS_PER_S = 15
const LOOK_MS = 100

const spoken = () => readFileSync(LOG, 'utf8').split('\n').slice(0, -1)
let read = 0

/** Presses keys as a keyboard does: `press('Tab', 'shift+Tab')`. */
export const press = (...keys) => execFileSync('xdotool', ['key', '--clearmodifiers', ...keys])
export const type = text => execFileSync('xdotool', ['type', '--delay', '30', text])

/** What was said since the last time, once the voice is silent (or after `atMostMs`); what was cut off ends with an ellipsis. */
export async function heard(atMostMs = 30_000) {
  const end = Date.now() + atMostMs
  let lines = spoken()
  let since = Date.now()
  for (;;) {
    const last = lines.at(-1) ?? ''
    const wait = QUIET_MS + (last.startsWith('begin') ? ((last.length - 6) / LETTERS_PER_S) * 1000 : 0)
    if (Date.now() - since > wait || Date.now() > end) break
    await pause(LOOK_MS)
    const now = spoken()
    if (now.length > lines.length) [lines, since] = [now, Date.now()]
  }
  const fresh = lines.slice(read)
  read = lines.length
  return fresh.flatMap((line, at) => {
    const [, what, text] = /^(begin|end) (.*)$/.exec(line) ?? []
    if (what !== 'begin') return []
    return [text.trim() + (fresh[at + 1] === `end ${text}` ? '' : ' …')]
  })
}
