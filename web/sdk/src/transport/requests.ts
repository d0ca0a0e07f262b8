import { CODE, fromWire, IMError } from '../errors.js'
import type { Answer } from '../wire.js'
import type { Timing } from './timing.js'

export interface Asking {
  /** May it be asked again when the connection died before the answer came? Default: yes. */
  again?: boolean
  /** Is the answer still of use? Asked before the question is sent later than at once. */
  wanted?: () => boolean
  /**
   * Called with the answer at once, before the frames that follow it (a promise would hear of it too late). `true` says
   * that it was not the last answer.
   */
  heard?: (ok: Record<string, unknown>) => boolean | void
}

interface Question extends Asking {
  frame: { id: number }
  resolve(ok: Record<string, unknown>): void
  reject(error: IMError): void
  sent: boolean
  limit?: ReturnType<typeof setTimeout>
}

const gone = () => new IMError(CODE.NETWORK, 'the connection was lost before the answer came; whether it was done is not known')

/** Questions and their answers. A question may outlive the connection that it was first asked on. */
export class Requests {
  private readonly pending = new Map<number, Question>()
  private lastId = 0
  private ready = false

  constructor(
    private readonly send: (frame: object) => void,
    /** A question waits for a connection. */
    private readonly hurry: () => void,
    private readonly timing: Pick<Timing, 'request'>,
  ) {}

  get idle(): boolean {
    return this.pending.size === 0
  }

  /**
   * Asks as soon as there is a session on a connection, and again on the next one if need be. The server answers a
   * repeated `send` with what it answered first, and other repeats change nothing.
   */
  ask<T>(op: string, members: object = {}, how: Asking = {}): Promise<T> {
    return this.put<T>(op, members, how, this.ready)
  }

  /** Asks on this connection only: greetings, and what follows them at once. */
  askNow<T>(op: string, members: object = {}, heard?: Asking['heard']): Promise<T> {
    return this.put<T>(op, members, { again: false, heard }, true)
  }

  private put<T>(op: string, members: object, how: Asking, now: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const id = ++this.lastId
      const question: Question = {
        ...how,
        frame: { id, op, ...members } as Question['frame'],
        resolve: ok => resolve(ok as T),
        reject,
        sent: false,
      }
      this.pending.set(id, question)
      this.limit(question)
      if (now) this.say(question)
      else this.hurry()
    })
  }

  /** The greeting is on its way: everything that waited follows it, in the order in which it was asked. */
  open(): void {
    this.ready = true
    for (const [id, question] of this.pending) {
      if (question.sent) continue
      if (question.wanted?.() === false) this.forget(id)
      else this.say(question)
    }
  }

  /** The connection died. */
  fell(): void {
    this.ready = false
    for (const [id, question] of this.pending) {
      if (question.sent && question.again === false) {
        this.forget(id)
        question.reject(gone())
      } else question.sent = false
    }
  }

  answer({ id, ok, error }: Answer): void {
    const question = this.pending.get(id)
    if (!question) return
    this.forget(id)
    if (ok && question.heard?.(ok)) {
      this.pending.set(id, question)
      return this.limit(question)
    }
    if (ok) question.resolve(ok)
    else question.reject(fromWire(error ?? { code: CODE.NETWORK, text: 'an answer without content' }))
  }

  /** Nobody will answer any more. */
  rejectAll(error: IMError): void {
    for (const [id, question] of this.pending) {
      this.forget(id)
      question.reject(error)
    }
  }

  private say(question: Question): void {
    question.sent = true
    this.send(question.frame)
  }

  private limit(question: Question): void {
    clearTimeout(question.limit)
    const { id } = question.frame
    question.limit = setTimeout(() => {
      this.pending.delete(id)
      question.reject(new IMError(CODE.TIMEOUT, `no answer within ${this.timing.request / 1000} s`))
    }, this.timing.request)
  }

  private forget(id: number): void {
    clearTimeout(this.pending.get(id)?.limit)
    this.pending.delete(id)
  }
}
