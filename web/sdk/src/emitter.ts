import { EVENT } from './constants/event.js'
import { CODE } from './errors.js'
import type { EventMap } from './api.js'

export type EventOf<Name extends EVENT> = { name: Name; data: EventMap[Name] }
export type Handler<Name extends EVENT = EVENT> = (this: unknown, event: EventOf<Name>) => void

interface Listener {
  handler: Handler<never>
  context: unknown
  once: boolean
}

/** Tells handlers what happened, strictly in order. */
export class Emitter {
  private listeners = new Map<string, Listener[]>()
  private waiting: (() => void)[] | undefined

  on(name: string, handler: Handler<never>, context?: unknown, once = false): void {
    const others = this.listeners.get(name) ?? []
    if (others.some(other => other.handler === handler && other.context === context)) return
    // A new array, so that handlers may come and go while an event is being told.
    this.listeners.set(name, [...others, { handler, context, once }])
  }

  off(name: string, handler: Handler<never>, context?: unknown): void {
    const others = this.listeners.get(name) ?? []
    const leaving = (other: Listener) =>
      other.handler === handler && (context === undefined || other.context === context)
    this.listeners.set(
      name,
      others.filter(other => !leaving(other)),
    )
  }

  clear(): void {
    this.listeners.clear()
  }

  emit<Name extends EVENT>(name: Name, data: EventMap[Name]): void {
    if (this.waiting) this.waiting.push(() => this.tell(name, data))
    else this.tell(name, data)
  }

  /**
   * Lets the caller of a method have its answer before the events that came with it: whoever awaits `joinGroup` and then
   * draws the room must not be told of messages in between. Everything that happens meanwhile waits in line.
   */
  holdForCaller(): void {
    if (this.waiting) return
    this.waiting = []
    setTimeout(() => {
      const line = this.waiting ?? []
      this.waiting = undefined
      for (const tell of line) tell()
    }, 0)
  }

  private tell<Name extends EVENT>(name: Name, data: EventMap[Name]): void {
    for (const { handler, context, once } of this.listeners.get(name) ?? []) {
      if (once) this.off(name, handler, context)
      try {
        ;(handler as Handler<Name>).call(context, { name, data })
      } catch (thrown) {
        this.complain(name, thrown)
      }
    }
  }

  /** A handler that throws is its owner's fault and must not keep the others from hearing. */
  private complain(name: string, thrown: unknown): void {
    const message = `a handler of "${name}" threw: ${thrown instanceof Error ? (thrown.stack ?? thrown) : thrown}`
    console.error(message)
    if (name !== EVENT.ERROR) this.emit(EVENT.ERROR, { code: CODE.HANDLER_THREW, message })
  }
}
