import type { LiveChat } from '../live-chat.js'

/** About the height of a row. */
const ROW_PX = 56

/** Keys and buttons of the list. It is one tab stop; arrows go from row to row. */
export class Keys {
  constructor(private readonly host: LiveChat) {}

  readonly pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const { list } = this.host
    const scroller = list.scroller!
    const rows = [...scroller.querySelectorAll<HTMLElement>('.row:not([hidden])')]
    const row = rowOf(event.target)
    const page = Math.max(1, Math.floor(scroller.clientHeight / ROW_PX))
    const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -Infinity }
    const step = steps[event.key]
    if (event.key.toLowerCase() === 'm' && row) row.querySelector<HTMLElement>('.menu')?.click()
    else if (event.key === 'End') {
      list.toEnd()
      scroller.focus()
    } else if (step) {
      const to = Math.min(rows.length - 1, Math.max(0, (row ? rows.indexOf(row) : rows.length) + step))
      rows[to]?.focus()
      if (to === 0 && list.follow.more()) {
        list.follow.pause()
        list.mustHold = true
        this.host.requestUpdate()
      }
    } else return
    event.preventDefault()
  }

  /** Buttons of a row are tab stops only while the reader is in the row. */
  readonly focused = ({ target }: FocusEvent): void => setTabs(rowOf(target), 0)
  readonly blurred = ({ target, relatedTarget }: FocusEvent): void => {
    const row = rowOf(target)
    if (row !== rowOf(relatedTarget)) setTabs(row, -1)
  }

  readonly clicked = ({ target }: Event): void => {
    const button = (target as Element).closest<HTMLElement>('[data-act]')
    const { host } = this
    const { list } = host
    const row = button && list.lines.rows.find(({ key }) => key === rowOf(button)?.dataset.key)
    if (row?.kind !== 'said') return
    const message = row.all[0]!
    const { act } = button!.dataset
    if (act === 'retry') host.room?.again(message)
    else if (act === 'delete') {
      list.lines.drop(message)
      list.follow.clamp(list.lines.rows.length)
      list.scroller?.focus()
    } else {
      // The row must not go away under the menu.
      list.follow.pause()
      void import('../../host/person-menu.js').then(({ openPersonMenu }) => openPersonMenu(host, button!, { person: message.from, message }))
    }
    host.requestUpdate()
  }
}

const rowOf = (target: EventTarget | null): HTMLElement | null | undefined => (target as Element | null)?.closest?.<HTMLElement>('.row')

function setTabs(row: HTMLElement | null | undefined, index: number): void {
  row?.querySelectorAll('button').forEach(button => (button.tabIndex = index))
}
