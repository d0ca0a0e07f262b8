// Where a popover goes: below its anchor if there is room, else above, and always inside the window.

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

interface Size {
  width: number
  height: number
}

const EDGE = 8
const GAP = 4

/** `inline` is measured from where lines begin: from the right edge where one reads from right to left. */
export function placed(anchor: Box, size: Size, window: Size, rtl: boolean): { inline: number; block: number } {
  const start = rtl ? window.width - anchor.x - anchor.width : anchor.x
  const below = anchor.y + anchor.height + GAP
  const above = anchor.y - size.height - GAP
  const block = below + size.height + EDGE <= window.height || above < EDGE ? below : above
  const within = (at: number, length: number, whole: number) => Math.max(EDGE, Math.min(at, whole - length - EDGE))
  return { inline: within(start, size.width, window.width), block: within(block, size.height, window.height) }
}

/** Puts a popover beside its anchor; `size` where it is not shown yet. */
export function place(popover: HTMLElement, anchor: Element, size: Size = popover.getBoundingClientRect()): void {
  const { innerWidth: width, innerHeight: height } = window
  const rtl = getComputedStyle(popover).direction === 'rtl'
  const { inline, block } = placed(anchor.getBoundingClientRect(), size, { width, height }, rtl)
  popover.style.setProperty('inset-inline-start', `${inline}px`)
  popover.style.setProperty('inset-block-start', `${block}px`)
}
