// What the browser keeps: the emoji used lately, and one skin tone for all.
import { keep, readKept } from '../../base/kept.js'

const RECENT = 'plaudit-live-emoji'
const TONE = 'plaudit-live-skin-tone'
const RECENT_MAX = 24
/** The longest, a couple with two tones, has 15. */
const LENGTH_MAX = 24

/** 0: as the system draws it; 1 to 5: light to dark. */
export type Tone = 0 | 1 | 2 | 3 | 4 | 5
export const TONES: readonly Tone[] = [0, 1, 2, 3, 4, 5]

/** The newest first, each once. */
export const withRecent = (recent: readonly string[], text: string): string[] => [text, ...recent.filter(other => other !== text)].slice(0, RECENT_MAX)

const isEmoji = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= LENGTH_MAX && /^[\p{Emoji}\p{Emoji_Component}]+$/u.test(text) && /[^\d#*]/.test(text)

/** Whoever shares the origin can write there. */
export const recentOf = (kept: unknown): string[] => (Array.isArray(kept) ? [...new Set(kept.filter(isEmoji))].slice(0, RECENT_MAX) : [])

export const toneOf = (kept: unknown): Tone => TONES.find(tone => tone === kept) ?? 0

export const readRecent = (): string[] => recentOf(readKept(RECENT))
/** Kept by others of the page too, so what stands is read again. */
export const keepRecent = (text: string): void => keep(RECENT, withRecent(readRecent(), text))
export const readTone = (): Tone => toneOf(readKept(TONE))
export const keepTone = (tone: Tone): void => keep(TONE, tone)

const MODIFIERS = /[\u{1F3FB}-\u{1F3FF}]/gu

/** The tone stands behind every person and hand; of two who hold hands, not behind the hands. */
export function toned(text: string, tone: Tone): string {
  if (tone === 0) return text
  const modifier = String.fromCodePoint(0x1f3fa + tone)
  const parts = text.split('\u200d')
  return parts.map(part => (/^\p{Emoji_Modifier_Base}\uFE0F?$/u.test(part) && (part !== '🤝' || parts.length === 1) ? part.replace('\uFE0F', '') + modifier : part)).join('\u200d')
}

/** The same for every tone of an emoji. */
export const untoned = (text: string): string => text.replace(MODIFIERS, '').replace(/\uFE0F/g, '')
