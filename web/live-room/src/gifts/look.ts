import { html, type TemplateResult } from 'lit'
import { GIFT, icon } from '../base/icons.js'
import type { GiftKind } from '../model/types.js'
import { giftIcon } from './catalogue.js'

/** Neutral for a gift that nobody here knows: never a picture that its sender named. */
export function renderIcon(kind: GiftKind | undefined): TemplateResult {
  const { emoji, image } = giftIcon(kind)
  return html`<span class="sign" aria-hidden="true"
    >${emoji ?? (image ? html`<img src=${image} alt="" loading="lazy" referrerpolicy="no-referrer" />` : icon(GIFT))}</span
  >`
}
