/**
 * For `keydown` of what holds many buttons: arrows go from one to the next, up and down by what stands there; Home and End.
 * One tab stop for all: the one with `tabindex="0"`.
 */
export function roam(event: KeyboardEvent): void {
  const panel = event.currentTarget as HTMLElement
  const buttons = [...panel.querySelectorAll('button')]
  const at = (event.target as Element).closest('button')
  const index = at ? buttons.indexOf(at) : -1
  if (!at || index < 0) return
  const forward = getComputedStyle(panel).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
  let next: HTMLButtonElement | undefined
  if (event.key === 'Home') next = buttons[0]
  else if (event.key === 'End') next = buttons[buttons.length - 1]
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') next = buttons[index + (event.key === forward ? 1 : -1)]
  else if (event.key === 'ArrowDown') next = over(buttons, index, 1)
  else if (event.key === 'ArrowUp') next = over(buttons, index, -1)
  else return
  event.preventDefault()
  if (!next) return
  stopAt(panel, next)
  next.focus()
}

/** Tab comes to this one. */
export function stopAt(panel: Element, button: HTMLElement | null | undefined): void {
  for (const old of panel.querySelectorAll<HTMLElement>('button[tabindex="0"]')) old.tabIndex = -1
  if (button) button.tabIndex = 0
}

/**
 * The nearest one in the same column in the next row that has one: rows of stickers are wider, last rows are short. Only
 * what lies between is asked for its place: the rest may never have been laid out.
 */
function over(buttons: readonly HTMLButtonElement[], index: number, step: 1 | -1): HTMLButtonElement | undefined {
  const from = buttons[index]!.getBoundingClientRect()
  const middle = from.left + from.width / 2
  for (let at = index + step; buttons[at]; at += step) {
    const { left, right, top } = buttons[at]!.getBoundingClientRect()
    if (Math.abs(top - from.top) > 1 && left <= middle && middle <= right + 4) return buttons[at]
  }
  return undefined
}
