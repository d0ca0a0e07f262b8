import { createContext } from '@lit/context'
import type { RoomModel } from '../model/room-model.js'
import type { GiftKind } from '../model/types.js'
import type { Language, OwnWords } from './words.js'

/** What an element inside another learns from it. Replaced as a whole when something changes. */
export interface LiveContext {
  room?: RoomModel
  language: Language
  words: OwnWords
  /** No motion: the reader's system asks for it, or he has said so here. */
  calm: boolean
  gifts: readonly GiftKind[]
  /** A card says why we are not in the room any more: nobody else needs to. */
  tellsOutcome: boolean
}

export const liveContext = createContext<LiveContext | undefined>(Symbol.for('plaudit-live'))
