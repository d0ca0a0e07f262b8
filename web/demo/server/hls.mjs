// An endless live playlist over a loop of segments. Pure: what it says depends on the time alone, so it needs no memory,
// and all viewers see the same picture at the same time.

/** How many segments a player is shown: it begins three behind the end, and the rest is for a busy machine that falls back. */
const WINDOW = 10
/** How long a segment can be fetched after it left the playlist: players may be late. */
const AFTERGLOW = 4

/** The playlist at `now` (ms since 1970) of a loop of `loopMs` in segments of `segmentMs`. Segment n covers the time from n x segmentMs on. */
export function playlistAt(now, { loopMs, segmentMs }) {
  const perLoop = loopMs / segmentMs
  const last = newest(now, segmentMs)
  const first = last - WINDOW + 1
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${Math.ceil(segmentMs / 1000)}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    // A segment's own number is this and the marks before it; its mark is in the list as long as the segment is.
    `#EXT-X-DISCONTINUITY-SEQUENCE:${Math.floor((first - 1) / perLoop)}`,
  ]
  for (let number = first; number <= last; number += 1) {
    if (number % perLoop === 0) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(number * segmentMs).toISOString()}`)
    lines.push(`#EXTINF:${(segmentMs / 1000).toFixed(3)},`, `${number}.ts`)
  }
  return `${lines.join('\n')}\n`
}

/** The place in the loop of segment `number`, or -1 if it is not there yet or not there any more. */
export function segmentAt(number, now, { loopMs, segmentMs }) {
  const last = newest(now, segmentMs)
  if (!Number.isInteger(number) || number > last || number <= last - WINDOW - AFTERGLOW) return -1
  return number % (loopMs / segmentMs)
}

/** A segment is there when it has been filmed to its end. */
const newest = (now, segmentMs) => Math.floor(now / segmentMs) - 1
