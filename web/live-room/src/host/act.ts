// One deed of a moderator: done by the server, told to the page, and said to him, also if it was refused.
import type { IMError } from '@plaudit/chat'
import type { LiveElement } from '../base/live-element.js'
import { toast, type Toast } from '../base/toast.js'
import { WORDS } from './words.js'

/** What the SDK says when the server cannot be reached. */
const OFFLINE = [2800, 2801]

export interface Deed {
  action: string
  userId?: string
  detail?: unknown
  act(): Promise<unknown>
  /** Said when it is done; it may depend on the answer. */
  done?: string | ((answer: unknown) => string)
  /** What takes it back. */
  undo?: Deed
}

/** Answers whether it was done. */
export async function perform(from: LiveElement, { action, userId, detail, act, done, undo }: Deed): Promise<boolean> {
  const words = from['say'](WORDS)
  let answer: unknown
  try {
    answer = await act()
  } catch (thrown) {
    toast(from, { text: words.refused(refusal(thrown as IMError, words.refusals)), isError: true })
    return false
  }
  from['emit']('moderated', { action, ...(userId !== undefined && { userId }), detail })
  if (done !== undefined) {
    const shown: Toast = { text: typeof done === 'string' ? done : done(answer) }
    if (undo) shown.undo = { label: words.undo, act: () => void perform(from, undo) }
    toast(from, shown)
  }
  return true
}

/** In words where there are some, else as the server has put it. */
export function refusal({ code, message, data }: Pick<IMError, 'code' | 'message' | 'data'>, words: Record<string, string>): string {
  const cause = OFFLINE.includes(code) ? 'offline' : (data?.cause ?? '')
  return (Object.hasOwn(words, cause) && words[cause]) || `${message} (${code})`
}

/** `Muted · Ada · 10 min`, in any language. */
export const said = (...parts: string[]): string => parts.filter(Boolean).join(' · ')
