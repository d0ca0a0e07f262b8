import { html, type TemplateResult } from 'lit'
import { face, hueStyle } from '../base/face.js'
import { MORE, icon } from '../base/icons.js'
import { clock, type Language } from '../base/words.js'
import { giftName } from '../gifts/catalogue.js'
import type { GiftKind, HouseLine, RoomMessage } from '../model/types.js'
import { timesOf, type Row, type SaidRow } from './lines.js'
import { badgeOf, goneOf, labelOf, nameOf } from './telling.js'
import type { ChatWords } from './words.js'

/** What rows are drawn with; another one when any of it changes. */
export interface Drawing {
  words: ChatWords
  language: Language
  gifts: readonly GiftKind[]
  own?: ((message: RoomMessage) => TemplateResult | undefined) | undefined
  later?: LaterDrawing | undefined
}

/** What the part that is loaded later can draw. */
export interface LaterDrawing {
  /** A text with emoji, stickers and links in it. */
  text(message: RoomMessage): unknown
  /** What became of it, where that is not simply that it was said. */
  state(message: RoomMessage): { text: string; shown: unknown }
  house(line: HouseLine, at: number): string
  gift(kind: GiftKind | undefined): unknown
  /** For the buttons of a row. A list that listens itself would make every row `clickable` to screen readers. */
  clicked(event: Event): void
}

/** A row's element: its classes, its name, and what is in it. */
export interface Drawn {
  kind: string
  label: string
  inside: unknown
}

export function drawRow(row: Row, drawing: Drawing): Drawn {
  const { words, later } = drawing
  if (row.kind === 'said') return said(row, drawing)
  const [kind, text] =
    row.kind === 'line'
      ? [row.line.kind === 'notice' ? 'word' : '', later?.house(row.line, row.at)]
      : row.kind === 'earlier'
        ? ['divider', words.earlier]
        : row.kind === 'skipped'
          ? ['divider', words.skipped(row.count)]
          : ['move', words[row.kind](row.first.nick, row.count)]
  return { kind: `house ${kind}`, label: '', inside: html`<bdi>${text}</bdi>` }
}

function said(row: SaidRow, drawing: Drawing): Drawn {
  const { words, language, own, later } = drawing
  const message = row.all[0]!
  const { from, mine, mentionsMe, delivery, at, tags, kind } = message
  const { userId, nick, role } = from
  const gone = goneOf(row, words)
  const times = timesOf(row)
  const badge = badgeOf(from, words)
  const { text, shown } = gone ? { text: gone, shown: gone } : content(message, drawing)
  const state = gone || delivery === 'said' ? undefined : later?.state(message)
  const count = !gone && times > 1 ? ` ×${times}` : ''
  return {
    kind: `said ${delivery} ${gone ? 'gone' : kind === 'gift' ? 'given' : mentionsMe ? 'forme' : ''}`,
    label: labelOf(row, text + count + (state ? words.list + state.text : ''), words, language),
    inside: html`${
        (!gone && own?.(message)) ||
        html`${face(from)}
          <div class="what">
            <div class="head">
              <bdi class="name" part="name" .style=${hueStyle(userId)}>${nameOf(row, words)}</bdi>${badge && html`<span class="badge ${role}">${badge}</span>`}${mine ? html`<span class="badge">${words.me}</span>` : ''}${
                mentionsMe && !gone ? html`<span class="badge admin">@<span class="unseen">${words.mentionsYou}</span></span>` : ''
              }${tags.map(tag => html`<bdi class="badge">${tag}</bdi>`)}<time>${clock(at, language)}</time>
            </div>
            <bdi class="text" part="text">${shown}${count && html`<b>${count}</b>`}</bdi>${state?.shown}
          </div>`
      }<button class="icon menu" tabindex="-1" data-act="menu" aria-haspopup="menu" aria-label=${words.more(nick)} @click=${later?.clicked}>${icon(MORE)}</button>`,
  }
}

/** What was said or given: in words, and for eyes. */
function content(message: RoomMessage, { words, language, gifts, later }: Drawing): { text: string; shown: unknown } {
  const { gift, text } = message
  if (!gift) return { text, shown: later ? later.text(message) : text }
  const kind = gifts.find(({ id }) => id === gift.id)
  const name = giftName(kind, gift.id, language)
  return { text: `${words.gave} ${name}`, shown: html`${words.gave} <b>${name}</b> ${later?.gift(kind)}` }
}
