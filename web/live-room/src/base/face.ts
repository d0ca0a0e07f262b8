import { css, html, type TemplateResult } from 'lit'
import type { Person } from '../model/types.js'
import { hueOf, letterOf, safeImage } from './people.js'

/** Goes with `face`. `--_face` is its size. */
export const faceStyles = css`
  .face {
    flex: none;
    position: relative;
    display: grid;
    place-items: center;
    inline-size: var(--_face, 32px);
    block-size: var(--_face, 32px);
    border-radius: 50%;
    overflow: hidden;
    font-size: calc(var(--_face, 32px) * 0.44);
    font-weight: 600;
    line-height: 1;
    color: light-dark(oklch(0.42 0.11 var(--_hue)), oklch(0.88 0.07 var(--_hue)));
    background: light-dark(oklch(0.92 0.04 var(--_hue)), oklch(0.36 0.06 var(--_hue)));
    user-select: none;
  }
  .face img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
`

/** Always the same colour for the same person; as a property, since a strict policy lets no style attribute pass. */
export const hueStyle = (userId: string): string => `--_hue:${hueOf(userId)}`

/** A person's picture. Below it lies his letter, which is what is left where the picture does not load. */
export function face({ userId, nick, avatar }: Pick<Person, 'userId' | 'nick' | 'avatar'>): TemplateResult {
  const picture = safeImage(avatar)
  return html`<span class="face" aria-hidden="true" .style=${hueStyle(userId)}
    >${letterOf(nick)}${picture && html`<img src=${picture} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${hide} />`}</span
  >`
}

const hide = ({ target }: Event): void => {
  ;(target as HTMLElement).hidden = true
}
