/** An EventTarget whose events are named in a map of their details. */
export class TypedTarget<Events> {
  private readonly target = new EventTarget()

  /** Listens until the function that is given back is called. */
  on<Name extends keyof Events & string>(name: Name, heard: (detail: Events[Name]) => void): () => void {
    const listener = (event: Event) => heard((event as CustomEvent<Events[Name]>).detail)
    this.target.addEventListener(name, listener)
    return () => this.target.removeEventListener(name, listener)
  }

  protected tell<Name extends keyof Events & string>(name: Name, detail: Events[Name]): void {
    this.target.dispatchEvent(new CustomEvent(name, { detail }))
  }
}
