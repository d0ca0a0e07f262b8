import { css } from 'lit'

/** The line height and the sides of a bullet are those that layer.ts counts with. */
export const danmakuStyles = css`
  :host {
    position: absolute;
    inset: 0;
    overflow: clip;
    pointer-events: none;
    container-type: size;
    user-select: none;
    -webkit-user-select: none;
  }
  .layer {
    position: absolute;
    inset: 4px 0 0;
    direction: ltr;
    contain: strict;
    opacity: var(--_opacity, 1);
    color: var(--lr-danmaku-color, #fff);
    text-shadow: var(--lr-danmaku-shadow, 0 0 2px #000, 0 0 3px rgb(0 0 0 / 0.9), 0 1px 4px rgb(0 0 0 / 0.7));
    font-weight: var(--lr-danmaku-font-weight, 600);
    font-size: calc(var(--lr-danmaku-font-size, clamp(15px, 11px + 1cqi, 26px)) * var(--_scale, 1));
    line-height: 1.5;
    font-variant-emoji: normal; /* as the canvas measures */
  }
  .bullet {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    block-size: 1.5em;
    padding-inline: 0.45em;
    border-radius: 999px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    contain: layout paint;
    pointer-events: auto;
    cursor: default;
  }
  .host {
    color: var(--lr-danmaku-host-color, #ffd97a);
    background: rgb(14 10 18 / 0.5);
  }
  .mine {
    box-shadow: inset 0 0 0 2px var(--lr-danmaku-own-color, #8ab8ff);
  }
  .actions {
    position: absolute;
    inset-block-start: var(--_y);
    left: var(--_x);
    transform: translate(var(--_dx), var(--_dy));
    display: flex;
    max-inline-size: 100%;
    padding: 2px;
    border-radius: 999px;
    background: var(--_glass);
    color: var(--_on-glass);
    backdrop-filter: blur(8px);
    pointer-events: auto;
    white-space: nowrap;
    font-size: 0.875rem;
  }
  .actions button {
    border-radius: inherit;
  }
`
