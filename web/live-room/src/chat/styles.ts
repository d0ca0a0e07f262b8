import { css } from 'lit'

export const styles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    inline-size: 100%;
    block-size: 100%;
    /* in a page without heights it must not grow with what is said */
    max-block-size: 100dvh;
    min-block-size: 0;
    padding-block-end: var(--_keyboard, 0px);
    background: var(--_bg);
    container-type: inline-size;
    overflow: clip;
  }
  .body {
    position: relative;
    flex: 1;
    min-block-size: 0;
  }
  .list {
    block-size: 100%;
    overflow-y: auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_line) transparent;
  }
  .list.reading {
    overflow-anchor: auto;
  }
  .rows {
    display: flow-root;
    padding: 8px;
  }

  .row {
    position: relative;
    padding: 5px 8px;
    border-radius: calc(var(--_radius) * 0.75);
    content-visibility: auto;
    /* a guess about the content of one line, until it was seen */
    contain-intrinsic-size: auto 41px;
    overflow-wrap: anywhere;
  }
  .list:focus-visible,
  .row:focus-visible {
    outline-offset: -2px;
  }
  .said {
    display: flex;
    gap: 10px;
    padding-inline-end: 36px;
  }
  .what {
    flex: 1;
    min-inline-size: 0;
  }
  .face {
    margin-block-start: 2px;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
    font-size: 0.8125rem;
    line-height: 1.5;
  }
  .name {
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-weight: 600;
    color: light-dark(oklch(0.46 0.13 var(--_hue)), oklch(0.82 0.1 var(--_hue)));
  }
  .badge {
    padding: 0 6px;
    border: 1px solid var(--_line);
    border-radius: 999px;
    font-size: 0.6875rem;
    line-height: 1.45;
    color: var(--_dim);
    white-space: nowrap;
  }
  .badge.owner,
  .badge.admin {
    color: var(--_host);
    border-color: currentColor;
    font-weight: 600;
  }
  .badge.owner {
    background: var(--_host);
    border-color: var(--_host);
    color: var(--_bg);
  }
  .badge.at {
    color: var(--_accent);
    border-color: currentColor;
    font-weight: 700;
  }
  time {
    /* over the last badge rather than in a line of its own that is empty until it is wanted */
    position: absolute;
    inset-block-start: 6px;
    inset-inline-end: 36px;
    padding-inline: 6px;
    border-radius: 999px;
    color: var(--_dim);
    background: var(--_raised);
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
    opacity: 0;
  }
  .row:is(:hover, :focus, :focus-within) time {
    opacity: 1;
  }
  .text {
    display: block;
    white-space: pre-wrap;
    /* letters with heaps of marks stay in their row */
    overflow: clip;
    overflow-clip-margin: 3px;
    /* its own direction, but beside its name */
    unicode-bidi: plaintext;
    text-align: match-parent;
  }
  .menu {
    position: absolute;
    inset-block-start: 4px;
    inset-inline-end: 4px;
    min-block-size: 28px;
    min-inline-size: 28px;
    padding: 2px;
    color: var(--_dim);
    opacity: 0;
  }
  .row:is(:hover, :focus, :focus-within) .menu {
    opacity: 1;
  }
  @media (hover: none) {
    .menu {
      opacity: 0.6;
    }
    .said {
      padding-inline-end: 48px;
    }
  }
  @media (hover: hover) {
    .said:hover {
      background: var(--_surface);
    }
  }
  .gone .text {
    color: var(--_dim);
    font-style: italic;
  }
  .gone .face {
    opacity: 0.6;
  }
  .forme {
    background: color-mix(in srgb, var(--_accent) 10%, transparent);
    box-shadow: inset 3px 0 var(--_accent);
  }
  .forme:dir(rtl) {
    box-shadow: inset -3px 0 var(--_accent);
  }
  .given .text {
    inline-size: fit-content;
    margin-block-start: 2px;
    padding: 3px 10px;
    border-radius: 999px;
    color: var(--_gift);
    background: color-mix(in srgb, var(--_gift) 12%, transparent);
  }
  .house {
    contain-intrinsic-size: auto 19px;
    padding-block: 4px;
    font-size: 0.8125rem;
    color: var(--_dim);
    text-align: center;
  }
  .move {
    text-align: start;
  }
  .divider {
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .divider::before,
  .divider::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--_line);
  }

  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: 24px;
    text-align: center;
    color: var(--_dim);
    pointer-events: none;
  }
  .empty ::slotted(*) {
    pointer-events: auto;
  }
  .over {
    position: absolute;
    inset-inline: 8px;
    inset-block-end: 10px;
    display: grid;
    justify-items: center;
    gap: 6px;
    pointer-events: none;
  }
  .composer {
    flex: none;
    min-block-size: 59px;
  }
`
