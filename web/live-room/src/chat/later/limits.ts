// How long a message may be: in what people count as letters, and in what the server counts.

/** The server refuses more than 12,288 bytes of a whole message; its envelope needs some. */
const BYTES_MAX = 8000

const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : undefined

/** What a reader takes for one letter: a family of four is one. */
const lettersOf = (text: string): string[] => (segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : [...text])

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** How many letters still fit; negative where it is too long. */
export function lettersLeft(text: string, max: number): number {
  const [letters, bytes] = [max - lettersOf(text).length, BYTES_MAX - bytesOf(text)]
  return bytes < 0 ? Math.min(letters, bytes) : letters
}

/** As much of `text` as fits, by whole letters, where `taken` is there already. */
export function cut(text: string, max: number, taken = ''): string {
  let letters = lettersLeft(taken, max)
  let bytes = BYTES_MAX - bytesOf(taken)
  let kept = ''
  for (const letter of lettersOf(text)) {
    bytes -= bytesOf(letter)
    if (--letters < 0 || bytes < 0) break
    kept += letter
  }
  return kept
}
