// A text in pieces: what is said, emoji for the codes of older pages (`[微笑]`), the page's stickers, links.

/** A picture that the page offers for a code: the code is what is sent. */
export interface Sticker {
  code: string
  url: string
  /** Read out, and shown where the picture does not load. */
  name: string
}

export type Run = string | { sticker: Sticker } | { href: string; text: string }

export interface Reading {
  stickers: readonly Sticker[]
  codes: Readonly<Record<string, string>>
  links: boolean
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Ends where a sentence around it would: at a space, a quote, Chinese punctuation. */
const LINK = 'https?://[^\\s<>"\'，。！？；：、（）「」【】]+'

/** Something that `codes` may know. */
export const hasCode = (text: string): boolean => /\[[^\[\]\s]{1,8}\]/.test(text)

/** No more than one empty line in a row. */
export const tidied = (text: string): string => text.replace(/\n(?:[^\S\n]*\n){2,}/g, '\n\n').trim()

export function runsOf(text: string, { stickers, codes, links }: Reading): Run[] {
  const byCode = new Map(stickers.filter(({ code }) => code).map(sticker => [sticker.code, sticker]))
  const wanted = [...[...byCode.keys()].sort((a, b) => b.length - a.length).map(escaped), '\\[[^\\[\\]\\s]{1,8}\\]', ...(links ? [LINK] : [])]
  const runs: Run[] = []
  const say = (part: string) => {
    const last = runs.length - 1
    if (typeof runs[last] === 'string') runs[last] += part
    else if (part !== '') runs.push(part)
  }
  // Odd pieces are what the pattern has caught.
  tidied(text)
    .split(new RegExp(`(${wanted.join('|')})`, 'g'))
    .forEach((part, index) => {
      const sticker = byCode.get(part)
      if (index % 2 === 0) say(part)
      else if (sticker) runs.push({ sticker })
      else if (part.startsWith('[')) say(Object.prototype.hasOwnProperty.call(codes, part.slice(1, -1)) ? codes[part.slice(1, -1)]! : part)
      else link(part)
    })
  function link(part: string): void {
    const [, address, rest] = /^(.*?)([.,!?;:)\]]*)$/s.exec(part) as unknown as [string, string, string]
    try {
      runs.push({ href: new URL(address).href, text: address })
      say(rest)
    } catch {
      say(part)
    }
  }
  return runs
}
