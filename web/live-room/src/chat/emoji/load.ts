// What is fetched when somebody wants more than the small panel: all emoji, and the words of one language.
import type { Language } from '../../base/words.js'
import { CODES } from './codes.js'
import { emojiOf, plain, wordsOf, type Words } from './find.js'
import { untoned } from './kept.js'

export const fetchList = async () => (await import('./data/list.js')).groups

/** Names as they are read out. */
export const fetchNames = async (language: Language): Promise<Words> => wordsOf((await (language === 'zh' ? import('./data/zh.js') : import('./data/en.js'))).words)

const sought = new Map<Language, Promise<Words>>()

/** The same as `find` compares them. In Chinese also by the names that older pages send: everybody knows those. */
export function fetchSought(language: Language): Promise<Words> {
  const known = sought.get(language) ?? prepare(language)
  sought.set(language, known)
  known.catch(() => sought.delete(language))
  return known
}

async function prepare(language: Language): Promise<Words> {
  const [groups, names] = await Promise.all([fetchList(), fetchNames(language)])
  const words = names.map(each => each.map(plain))
  if (language !== 'zh') return words
  const byText = new Map(emojiOf(groups).map(({ text, index }) => [untoned(text), index]))
  for (const [name, emoji] of Object.entries(CODES)) words[byText.get(untoned(emoji)) ?? -1]?.push(plain(name))
  return words
}

/** Somebody who reads Chinese may write `heart`, and the other way round. */
export function languagesOf(query: string, language: Language): Language[] {
  const other = language === 'zh' ? 'en' : 'zh'
  return (other === 'en' ? /\p{Script=Latin}/u : /\p{Script=Han}/u).test(query) ? [language, other] : [language]
}
