// Cameras and microphones of Chromium's own, and what they record, made here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { wav } from '../../demo/video/piano.mjs'
import config from '../playwright.config.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'plaudit-devices-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

function file(name, bytes) {
  const at = path.join(folder, name)
  writeFileSync(at, bytes)
  return at
}

const RATE_HZ = 48_000
const SOUND_S = 4

/** A WAV file; `wave` gives -1 to 1 for a time in seconds. */
const sound = (name, wave) => file(name, wav([Float64Array.from({ length: RATE_HZ * SOUND_S }, (_, index) => wave(index / RATE_HZ))], { rate: RATE_HZ }))

/** Something like a voice: overtones that come and go four times a second. What is even, browsers take for noise and remove. */
const voice = at => {
  const pitch = 2 * Math.PI * at * (140 + 30 * Math.sin(2 * Math.PI * 0.7 * at))
  const vowel = [1, 0.8, 0.9, 0.5, 0.4, 0.3].reduce((sum, share, index) => sum + share * Math.sin(pitch * (index + 1)), 0) / 3.9
  return 0.6 * vowel * Math.max(0, Math.sin(2 * Math.PI * 4 * at))
}

/** One black picture, over and over. */
const black = () => Buffer.concat([Buffer.from('YUV4MPEG2 W64 H48 F20:1 Ip A1:1 C420jpeg\nFRAME\n'), Buffer.alloc(64 * 48, 16), Buffer.alloc((64 * 48) / 2, 128)])

/** Launch options of a browser with two cameras and three microphones; `on` is `voice`, `silence` or `black`. */
export function launchOptions(on = 'voice') {
  const { launchOptions } = config.use
  const heard = on === 'silence' ? sound('silence.wav', () => 0) : sound('voice.wav', voice)
  const flags = ['--use-fake-device-for-media-stream=device-count=2', `--use-file-for-fake-audio-capture=${heard}`, ...(on === 'black' ? [`--use-file-for-fake-video-capture=${file('black.y4m', black())}`] : [])]
  return { ...launchOptions, args: [...launchOptions.args, ...flags] }
}

/**
 * Runs in the page, before the test begins: notes what is asked of the browser (`window.asked`) and taken (`window.taken`), and
 * lets devices come and go. `window.shelf.hide(label)` unplugs one, `show` brings it back, `refuse` names the error of the next
 * questions for a kind (`video`, `audio`).
 */
export function installShelf() {
  const { mediaDevices } = navigator
  const hidden = new Set()
  const refusals = {}
  const ids = new Map()
  window.asked = []
  window.taken = []
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices)
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  const seen = async () => {
    const devices = await enumerate()
    for (const { deviceId, label } of devices) if (label) ids.set(label, deviceId)
    return devices.filter(({ label }) => !hidden.has(label))
  }
  mediaDevices.enumerateDevices = seen
  mediaDevices.getUserMedia = async wish => {
    window.asked.push(Object.keys(wish).sort().join('+'))
    const devices = await seen()
    for (const kind of ['video', 'audio']) {
      if (!wish[kind]) continue
      if (refusals[kind]) throw new DOMException(...refusals[kind])
      const listed = devices.filter(device => device.kind === `${kind}input`)
      const wanted = wish[kind].deviceId?.exact
      if (hidden.size > 0 && listed.length === 0) throw new DOMException('none', 'NotFoundError')
      if (wanted && [...hidden].some(label => ids.get(label) === wanted)) throw new DOMException('gone', 'OverconstrainedError')
      // The browser does not know of what is hidden.
      if (hidden.size > 0 && !wanted) wish = { ...wish, [kind]: { ...wish[kind], deviceId: { exact: listed[0].deviceId } } }
    }
    const stream = await getUserMedia(wish)
    window.taken.push(...stream.getTracks())
    return stream
  }
  const changed = () => mediaDevices.dispatchEvent(new Event('devicechange'))
  window.shelf = {
    hide(...labels) {
      for (const label of labels) hidden.add(label)
      for (const track of window.taken) if (labels.includes(track.label)) window.shelf.end(track)
      changed()
    },
    show(...labels) {
      for (const label of labels) hidden.delete(label)
      changed()
    },
    refuse: (kind, name, message = '') => (refusals[kind] = name && [message, name]),
    /** As when it is unplugged, or taken away: the page's own `stop` tells nobody. */
    end(track) {
      if (track.readyState === 'ended') return
      track.stop()
      track.dispatchEvent(new Event('ended'))
    },
    live: () => window.taken.filter(({ readyState }) => readyState === 'live').map(({ label }) => label),
  }
}
