/** For `beforetoggle`: a popover whose inside is fetched when it is first opened opens as soon as that is there. */
export function openWhenFetched(event: Event, fetchInside: () => Promise<unknown>): void {
  event.preventDefault()
  const popover = event.currentTarget as HTMLElement
  const open = () => popover.isConnected && !popover.matches(':popover-open') && popover.showPopover()
  void fetchInside().then(open).catch(console.warn)
}
