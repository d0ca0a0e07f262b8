export interface LiveEvent<Data = any> {
  /** One of `EVENT`. */
  name: string
  data?: Data
}

export type Handler = (this: any, event: LiveEvent) => void

interface Listener {
  handler: Handler
  context: unknown
}

/** What im, player and pusher share: events, and a log level that means little here. */
export class Emitter {
  readonly #listeners = new Map<string, Listener[]>()

  /** Calls `handler` whenever it happens, with `context` as its `this`. */
  on(name: string, handler: Handler, context?: unknown): void {
    if (typeof handler !== 'function') throw new TypeError(`the handler of ${name} is not a function`)
    // A new array, so that handlers may come and go while an event is being told.
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), { handler, context }])
  }

  /** Without a handler all of that name go; with a context only those that were given with it. */
  off(name: string, handler?: Handler, context?: unknown): void {
    const leaves = (one: Listener) => !handler || (one.handler === handler && (context === undefined || one.context === context))
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter(one => !leaves(one)),
    )
  }

  /** There is next to no log: faults of handlers are printed, everything else is told by events. */
  setLogLevel(_level: number): void {}

  /** @internal */
  tell(name: string, data?: unknown): void {
    for (const { handler, context } of this.#listeners.get(name) ?? []) {
      try {
        handler.call(context, data === undefined ? { name } : { name, data })
      } catch (thrown) {
        // Its owner's fault; the others are to hear of it all the same.
        console.error(`a handler of ${name} threw`, thrown)
      }
    }
  }
}
