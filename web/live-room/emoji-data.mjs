// Writes src/chat/emoji/data/, which is not kept: what the panel of all emoji needs of emojibase-data, a twentieth of it.
// One file has the emoji, and one for each language has their names and words to find them by, in the same order.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
export const LANGUAGES = ['en', 'zh']
/** emojibase's group of skin tones and hair, which are no emoji of their own. */
const COMPONENT = 2

/** All that can be chosen, as people expect it sorted. */
export const choosable = emoji => emoji.filter(({ group }) => group !== undefined && group !== COMPONENT).sort((a, b) => a.order - b.order)

/** What is sent: as recommended, without a selector where it is a picture anyway. */
const textOf = ({ emoji }) => emoji.replace(/^(\p{Emoji_Presentation})\uFE0F$/u, '$1')

/** By group: `[emoji, version]`, and the version of its skin tones where it has some. */
export function reduceEmoji(emoji) {
  const groups = []
  for (const each of emoji) {
    const toned = each.skins?.find(({ tone }) => tone === 1)
    ;(groups[each.group] ??= []).push(toned ? [textOf(each), each.version, toned.version] : [textOf(each), each.version])
  }
  return groups.filter(Boolean)
}

/** `name|word|word`, a line for each emoji; words that the name begins with or has in it are found by the name. */
export function reduceWords(emoji, names) {
  const byCode = new Map(names.map(each => [each.hexcode, each]))
  return emoji
    .map(({ hexcode }) => {
      const { label, tags = [] } = byCode.get(hexcode)
      const inName = new Set(label.toLowerCase().split(/[^\p{L}\p{N}]+/u))
      return [label, ...tags.filter(tag => !inName.has(tag.toLowerCase()))].map(word => word.replace(/[|\n]/g, ' ')).join('|')
    })
    .join('\n')
}

const read = async language => JSON.parse(await readFile(require.resolve(`emojibase-data/${language}/data.json`), 'utf8'))
/** Texts that the page parses: quicker than the same as code. */
const text = value => JSON.stringify(value)

export async function writeEmojiData(folder) {
  const emoji = choosable(await read('en'))
  const files = {
    list: `import type { Row } from '../find.js'\nexport const groups: readonly (readonly Row[])[] = JSON.parse(${text(JSON.stringify(reduceEmoji(emoji)))})`,
  }
  for (const language of LANGUAGES) files[language] = `export const words: string = ${text(reduceWords(emoji, await read(language)))}`
  await mkdir(folder, { recursive: true })
  for (const [name, code] of Object.entries(files)) await writeFile(path.join(folder, `${name}.ts`), `// Written by emoji-data.mjs from emojibase-data (MIT).\n${code}\n`)
}
