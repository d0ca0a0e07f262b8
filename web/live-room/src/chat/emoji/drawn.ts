// Which emoji the reader's system can draw. One of every Unicode version is tried: fonts get them version by version.
import type { Emoji } from './find.js'

/** Shown where a canvas tells nothing, as some browsers guard it: what systems of 2022 have. */
const USUAL_VERSION = 14
const COUNTRY = /^\p{Regional_Indicator}{2}$/u

export interface Drawn {
  version: number
  emoji: Emoji[]
}

/** `isDrawn` says whether one emoji is. Windows has no flags of countries, in any version. */
export function drawnOf(emoji: readonly Emoji[], isDrawn: (text: string) => boolean): Drawn {
  const tells = isDrawn('😀') && !isDrawn('A')
  const flags = !tells || isDrawn('🇨🇭')
  const version = tells ? newest(emoji, isDrawn) : USUAL_VERSION
  return { version, emoji: emoji.filter(each => each.version <= version && (flags || !COUNTRY.test(each.text))) }
}

function newest(emoji: readonly Emoji[], isDrawn: (text: string) => boolean): number {
  const probes = new Map<number, string>()
  for (const { version, text } of emoji) {
    const known = probes.get(version)
    // One that is not joined of several tells most; flags are tried apart.
    if (!COUNTRY.test(text) && (known === undefined || (known.includes('\u200d') && !text.includes('\u200d')))) probes.set(version, text)
  }
  const versions = [...probes.keys()].sort((a, b) => b - a)
  return versions.find(version => isDrawn(probes.get(version)!)) ?? versions[versions.length - 1] ?? 0
}

const SIZE = 24
/** As in later/styles.ts: one that has letters only must not draw them first. */
const FONTS = "'Twemoji Mozilla', 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', system-ui, sans-serif"

/** Drawn is what has colours of its own, not those of letters or none, and what is joined of several only if it is as wide as one. */
export function canvasProbe(): (text: string) => boolean {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return () => false
  context.font = `${SIZE - 6}px ${FONTS}`
  context.textBaseline = 'top'
  const pixels = (text: string, colour: string): string => {
    context.clearRect(0, 0, SIZE, SIZE)
    context.fillStyle = colour
    context.fillText(text, 0, 0)
    return context.getImageData(0, 0, SIZE, SIZE).data.join()
  }
  const one = context.measureText('😀').width
  return text => {
    const black = pixels(text, '#000')
    return /[1-9]/.test(black) && black === pixels(text, '#fff') && context.measureText(text).width < one * 1.5
  }
}
