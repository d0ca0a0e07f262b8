import { html, type TemplateResult } from 'lit'
import { DOWN, icon } from '../../base/icons.js'
import type { Follow } from '../follow.js'
import type { LaterWords } from './words.js'

/** The button back to the newest, for whoever reads above. */
export const pill = ({ unread, mentions }: Follow, words: LaterWords, toEnd: () => void): TemplateResult =>
  html`<button class="main pill" part="pill" @click=${toEnd}>
    ${icon(DOWN)}${unread > 0 ? words.fresh(unread) : words.toNewest}${mentions > 0 ? html` <b>@${words.mentions(mentions)}</b>` : ''}
  </button>`
