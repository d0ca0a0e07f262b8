// What elements say. Every part has a dictionary of its own beside it (`words.ts`), so that a page that uses one part
// carries the words of one. Numbers, times and plurals are `Intl`'s.

export type Language = 'en' | 'zh'

/** A part's words, in both languages. Functions where something is put in. */
export interface Dictionary<Words> {
  /** The part's name in the page's `words` property. */
  part: string
  en: Words
  zh: Words
}

export const dictionary = <Words>(part: string, en: Words, zh: Words): Dictionary<Words> => ({ part, en, zh })

/** The page's own words: `{ chat: { send: 'Post' } }`. */
export type OwnWords = Record<string, Record<string, unknown>>

export function wordsOf<Words extends object>({ part, en, zh }: Dictionary<Words>, language: Language, own: OwnWords = {}): Words {
  const words = language === 'zh' ? zh : en
  return own[part] ? { ...words, ...own[part] } : words
}

/** The language of a tag like `zh-CN`; everything that is not Chinese is English. */
export const languageOf = (tag: string): Language => (/^zh\b/i.test(tag) ? 'zh' : 'en')

export const localeOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en')

/** 950, 1.2k, 1.2万. */
export function compact(number: number, language: Language): string {
  const short = new Intl.NumberFormat(localeOf(language), { notation: 'compact', maximumFractionDigits: 1 }).format(number)
  return language === 'en' ? short.toLowerCase() : short
}

/** 12:03, in the reader's time zone. */
export const clock = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(localeOf(language), { hour: '2-digit', minute: '2-digit', hour12: false }).format(at)

/** 10 min, 1 h, 1 day; `forEver` where it does not end. */
export function span(seconds: number, language: Language, forEver: string): string {
  if (!Number.isFinite(seconds) || seconds >= 0xffffffff) return forEver
  const [unit, size] = seconds >= 86_400 ? (['day', 86_400] as const) : seconds >= 3600 ? (['hour', 3600] as const) : seconds >= 60 ? (['minute', 60] as const) : (['second', 1] as const)
  return new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(Math.ceil(seconds / size))
}
