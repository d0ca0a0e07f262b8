import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Controls go when nothing has moved for so long. */
const IDLE_MS = 3000

/** Whether the reader's hands are still, so that the controls may go. */
export class Hands implements ReactiveController {
  isIdle = false
  private wasIdle = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly mayHide: () => boolean,
  ) {
    host.addController(this)
  }

  hostDisconnected(): void {
    clearTimeout(this.timer)
  }

  /** Something has moved. */
  readonly move = (): void => {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => (this.mayHide() ? this.be(true) : this.move()), IDLE_MS)
    this.be(false)
  }

  readonly down = (): void => {
    this.wasIdle = this.isIdle
    this.move()
  }

  /** A tap on the picture itself brings the controls, and another sends them away. */
  readonly tap = (event: Event): void => {
    const onPicture = event.composedPath()[0] as Element
    if ((event as PointerEvent).pointerType === 'touch' && !this.wasIdle && this.mayHide() && !onPicture.closest('button, input, .menu')) this.be(true)
  }

  private be(isIdle: boolean): void {
    if (isIdle === this.isIdle) return
    this.isIdle = isIdle
    this.host.requestUpdate()
  }
}
