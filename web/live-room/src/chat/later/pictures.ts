import { html } from 'lit'
import { ownImage } from '../../base/people.js'
import { giftIcon } from '../../gifts/catalogue.js'
import type { GiftKind } from '../../model/types.js'
import { runsOf, type Reading } from './runs.js'

const drawImage = (address: string, name: string) =>
  html`<img class="sticker" alt=${name} title=${name} loading="lazy" referrerpolicy="no-referrer" src=${address} />`

export function drawGift(kind: GiftKind | undefined): unknown {
  const { emoji, image } = giftIcon(kind)
  return image ? drawImage(image, '') : emoji
}

export const drawText = (text: string, reading: Reading): unknown[] =>
  runsOf(text, reading).map(run => {
    if (typeof run === 'string') return run
    if ('href' in run) return html`<a href=${run.href} rel="nofollow noopener ugc" target="_blank" referrerpolicy="no-referrer">${run.text}</a>`
    const { url, name } = run.sticker
    const address = ownImage(url)
    return address ? drawImage(address, name) : name
  })
