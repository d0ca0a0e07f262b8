// Gifts that can be given, and how they look. The catalogue is the page's; others only send an id and a count.
import type { GiftKind } from '../model/types.js'
import type { Language } from '../base/words.js'
import { ownImage } from '../base/people.js'

/** Where a page gives no catalogue of its own. */
export const DEFAULT_GIFTS: readonly GiftKind[] = [
  { id: 'rose', name: { en: 'Rose', zh: '玫瑰' }, icon: '🌹', price: 1 },
  { id: 'clap', name: { en: 'Applause', zh: '鼓掌' }, icon: '👏', price: 2 },
  { id: 'cake', name: { en: 'Cake', zh: '蛋糕' }, icon: '🍰', price: 10 },
  { id: 'fireworks', name: { en: 'Fireworks', zh: '烟花' }, icon: '🎆', price: 66 },
  { id: 'rocket', name: { en: 'Rocket', zh: '火箭' }, icon: '🚀', price: 188 },
  { id: 'crown', name: { en: 'Crown', zh: '皇冠' }, icon: '👑', price: 520 },
]

/** The element's own catalogue, else that of the room around it, else ours. */
export const catalogueOf = (own: readonly GiftKind[] = [], around: readonly GiftKind[] = []): readonly GiftKind[] =>
  own.length > 0 ? own : around.length > 0 ? around : DEFAULT_GIFTS

/** What a gift is called; one that is not in the catalogue by its id, which somebody else wrote. */
export function giftName(kind: GiftKind | undefined, id: string, language: Language): string {
  const name = kind?.name
  if (name === undefined || typeof name === 'string') return name || id
  const tag = Object.keys(name).find(tag => tag.toLowerCase().startsWith(language))
  return name[tag ?? 'en'] ?? Object.values(name)[0] ?? id
}

/** An emoji has few signs and none of an address. */
const EMOJI = /^[^\x00-\x7f][^./:]{0,15}$/u

/** Of a gift in the catalogue: an emoji, or a picture that may be loaded. Neither: a neutral one is shown. */
export function giftIcon(kind: GiftKind | undefined): { emoji?: string; image?: string } {
  const icon = kind?.icon ?? ''
  if (EMOJI.test(icon)) return { emoji: icon }
  const image = ownImage(icon)
  return image ? { image } : {}
}
