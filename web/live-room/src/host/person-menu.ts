import type { LiveElement } from '../base/live-element.js'
import type { Person, RoomMessage } from '../model/types.js'

/** Whom a menu is about, and what he said where it was opened. */
export interface MenuTarget {
  person: Person
  message?: RoomMessage
}

/**
 * Opens the menu about a person beside `anchor`: copy and mention for everybody, mute, remove, ban, delete and admin for
 * those who may. One at a time; it closes by Escape, a click elsewhere, or when its anchor goes, and gives the focus back.
 * The menu itself is loaded when the first one is opened.
 */
export function openPersonMenu(host: LiveElement, anchor: Element, target: MenuTarget): void {
  const { room } = host
  if (room) void import('./menu.js').then(({ PersonMenu }) => anchor.isConnected && new PersonMenu(host, room, anchor as HTMLElement, target).open(), console.warn)
}
