// For script tags: the player lies in `player/` beside the script, and uses the chat SDK that is in the script.
import * as chat from '@plaudit/chat'
import { scriptAddress } from '../script.js'

export const TAG: string = 'live-player'

export function fetchElement(): Promise<unknown> {
  ;(globalThis as any)[Symbol.for('plaudit.chat')] = chat
  return import(new URL('player/live-player.js', scriptAddress ?? document.baseURI).href)
}
