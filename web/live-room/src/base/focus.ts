/**
 * For `beforetoggle`: whoever stands inside a popover that closes goes back to what opened it. Browsers do that by
 * themselves only where nothing of it is in a shadow tree and no other popover is open.
 */
export function giveFocusBack(event: ToggleEvent, opener: HTMLElement | null): void {
  const popover = event.currentTarget as HTMLElement
  const at = (popover.getRootNode() as ShadowRoot).activeElement
  if (event.newState === 'closed' && at && popover.contains(at)) opener?.focus()
}
