import type { LiveElement } from './live-element.js'

/** A short word to the reader, shown by the `<live-room>` around an element. */
export interface Toast {
  text: string
  /** A second word that takes back what was done. */
  undo?: { label: string; act(): void | Promise<void> }
  /** Read out at once, and kept until it is closed. */
  isError?: boolean
}

/** Told by the event `live-toast`: a page that has no `<live-room>` around the element shows it where it likes. */
export function toast(from: LiveElement, detail: Toast): void {
  from.dispatchEvent(new CustomEvent<Toast>('live-toast', { detail, bubbles: true, composed: true }))
}
