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
    inset: 0;
    direction: ltr;
    contain: strict;
    opacity: var(--_opacity, 1);
    color: var(--lr-danmaku-color, #fff);
    text-shadow: var(--lr-danmaku-shadow, 0 0 2px #000, 0 0 3px rgb(0 0 0 / 0.9), 0 1px 4px rgb(0 0 0 / 0.7));
    font-weight: var(--lr-danmaku-font-weight, 600);
    font-size: calc(var(--lr-danmaku-font-size, clamp(15px, 11px + 1cqi, 26px)) * var(--_scale, 1));
    line-height: 1.5;
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

export const settingsStyles = css`
  :host {
    display: grid;
    gap: 14px;
    padding: 16px;
    inline-size: min(20rem, 100vw - 16px);
  }
  label,
  .row {
    display: grid;
    grid-template-columns: 5.5rem 1fr 2.75rem;
    align-items: center;
    gap: var(--_gap);
    min-block-size: 32px;
  }
  label.switch {
    display: flex;
    justify-content: space-between;
    font-weight: 600;
  }
  input[type='checkbox'],
  input[type='range'] {
    accent-color: var(--_accent);
    margin: 0;
    min-inline-size: 0;
    block-size: 24px;
  }
  input[type='checkbox'] {
    inline-size: 24px;
  }
  output {
    color: var(--_dim);
    text-align: end;
    font-variant-numeric: tabular-nums;
    font-size: 0.875em;
  }
  .choices {
    grid-column: 2 / 4;
    display: flex;
    background: var(--_surface);
    border-radius: calc(var(--_radius) * 0.75);
  }
  .choices button {
    flex: 1;
    padding-inline: 4px;
  }
  .choices [aria-checked='true'] {
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  form {
    display: flex;
    gap: var(--_gap);
  }
  input[name] {
    flex: 1;
    min-inline-size: 0;
    font: inherit;
    font-size: max(1rem, 1em);
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.75);
    padding: 4px 10px;
  }
  .wide {
    display: grid;
    gap: 6px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    max-block-size: 7rem;
    overflow: auto;
  }
  .chips button {
    display: flex;
    align-items: center;
    gap: 4px;
    max-inline-size: 100%;
    background: var(--_surface);
    border-radius: 999px;
  }
  .chips bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chips svg {
    inline-size: 1em;
  }
  .reset {
    justify-self: end;
  }
`
