// An FLV file as an endless stream: its tags again and again, with timestamps that go on. Pure; the clock is the caller's.

const HEADER_BYTES = 13
const TAG_HEADER_BYTES = 11
const [AUDIO, VIDEO, SCRIPT] = [8, 9, 18]
const AVC_NALU = 1
const KEYFRAME = 1

/**
 * Reads a file of H.264 and AAC: `header`, `opening` (what a decoder has to know first) and `tags` in the order of time,
 * each `{ at, isKeyframe, bytes }` with the length that stands behind it.
 */
export function readFlv(file) {
  if (file.length < HEADER_BYTES || file.toString('latin1', 0, 3) !== 'FLV') throw new Error('this is no FLV file')
  const [opening, tags] = [[], []]
  let at = HEADER_BYTES
  while (at < file.length) {
    const end = at + TAG_HEADER_BYTES + (at + 4 <= file.length ? file.readUIntBE(at + 1, 3) : 0) + 4
    if (end > file.length) throw new Error(`the FLV file ends inside the tag at byte ${at}`)
    const bytes = file.subarray(at, end)
    const kind = bytes[0] & 0x1f
    const data = bytes.subarray(TAG_HEADER_BYTES)
    const isMedia = (kind === VIDEO && data[1] === AVC_NALU) || (kind === AUDIO && data[1] === 1)
    if (isMedia) tags.push({ at: stampOf(bytes), isKeyframe: kind === VIDEO && data[0] >> 4 === KEYFRAME, bytes })
    // ffmpeg ends a file with an "end of sequence": a stream that goes on has none.
    else if (kind === SCRIPT || data[1] === 0) opening.push(bytes)
    at = end
  }
  if (!tags.some(({ isKeyframe }) => isKeyframe)) throw new Error('the FLV file has no keyframe')
  return { header: file.subarray(0, HEADER_BYTES), opening, tags: tags.sort((first, second) => first.at - second.at) }
}

/** The loop of a file, as a stream that began at time 0 and never ends. Times are milliseconds of that stream. */
export class EndlessFlv {
  #flv
  #loopMs

  constructor(flv, loopMs) {
    this.#flv = flv
    this.#loopMs = loopMs
  }

  /** What somebody gets first who comes in at `now`: the headers, and everything since the last keyframe. */
  openingAt(now) {
    const from = this.#keyframeBefore(now)
    const opening = this.#flv.opening.map((bytes) => stamped(bytes, from))
    return Buffer.concat([this.#flv.header, ...opening, this.between(from, now)])
  }

  /** The tags from time `from` up to, but not including, `until`. */
  between(from, until) {
    const made = []
    for (let loop = Math.floor(from / this.#loopMs); loop * this.#loopMs < until; loop += 1) {
      const start = loop * this.#loopMs
      for (const { at, bytes } of this.#flv.tags) {
        if (start + at >= until) break
        if (start + at >= from) made.push(stamped(bytes, start + at))
      }
    }
    return Buffer.concat(made)
  }

  /** The last one before `now`, which may be in the loop before. */
  #keyframeBefore(now) {
    const loop = Math.floor(now / this.#loopMs) * this.#loopMs
    const keyframes = this.#flv.tags.filter(({ isKeyframe }) => isKeyframe)
    const found = keyframes.findLast(({ at }) => loop + at < now)
    return found ? loop + found.at : Math.max(0, loop - this.#loopMs + keyframes.at(-1).at)
  }
}

/** 24 bits, and 8 more above them. */
export const stampOf = (bytes) => bytes.readUIntBE(4, 3) + bytes[7] * 2 ** 24

function stamped(bytes, at) {
  const made = Buffer.from(bytes)
  const stamp = at % 2 ** 31
  made.writeUIntBE(stamp & 0xffffff, 4, 3)
  made[7] = stamp >>> 24
  return made
}
