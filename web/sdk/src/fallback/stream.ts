export interface StreamEvent {
  name: string
  data: string
}

/**
 * Takes Server-Sent Events out of a stream of text, piece by piece (HTML standard, 9.2.6). `EventSource` would do, but
 * Node has none, and it cannot say why it was refused.
 */
export class StreamParser {
  private rest = ''
  private name = ''
  private data: string[] = []

  /** Events that are complete with this piece. */
  feed(piece: string): StreamEvent[] {
    const events: StreamEvent[] = []
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/)
    this.rest = lines.pop() as string
    for (const line of lines) {
      if (line !== '') this.field(line)
      else if (this.data.length > 0) events.push({ name: this.name, data: this.data.join('\n') })
      if (line === '') [this.name, this.data] = ['', []]
    }
    return events
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    const [field, value] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
    if (field === 'event') this.name = value
    else if (field === 'data') this.data.push(value)
  }
}
