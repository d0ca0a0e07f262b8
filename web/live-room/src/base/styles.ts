import { css, type CSSResult } from 'lit'

/**
 * Colours and sizes, each settable by a custom property of the page. Elements use the names with `_`; the page sets
 * those without. Dark and light follow `color-scheme`.
 */
export const tokens = css`
  :host {
    --_bg: var(--lr-color-bg, light-dark(#ffffff, #17131d));
    --_surface: var(--lr-color-surface, light-dark(#f4f2f7, #221c2b));
    --_raised: var(--lr-color-raised, light-dark(#ffffff, #2c2438));
    --_line: var(--lr-color-line, light-dark(#e1dce8, #3a3047));
    --_text: var(--lr-color-text, light-dark(#1e1826, #f3eef8));
    --_dim: var(--lr-color-dim, light-dark(#62596f, #b3a8c1));
    --_accent: var(--lr-color-accent, light-dark(#b3245c, #ff7eae));
    --_on-accent: var(--lr-color-on-accent, light-dark(#ffffff, #2a0615));
    --_like: var(--lr-color-like, #ff4d7e);
    --_gift: var(--lr-color-gift, light-dark(#8a5200, #ffca6b));
    --_host: var(--lr-color-host, light-dark(#0b6157, #6fe0cf));
    --_danger: var(--lr-color-danger, light-dark(#b3261e, #ff9b90));
    --_focus: var(--lr-color-focus, light-dark(#1a62d6, #8ab8ff));
    /* over video, whatever the theme */
    --_glass: var(--lr-color-glass, rgb(14 10 18 / 0.72));
    --_on-glass: var(--lr-color-on-glass, #ffffff);
    --_font: var(--lr-font-family, system-ui, -apple-system, 'Segoe UI', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif);
    --_size: var(--lr-font-size, 0.9375rem);
    --_radius: var(--lr-radius, 12px);
    --_gap: var(--lr-gap, 8px);
    font: var(--_size) / 1.45 var(--_font);
    /* in colour, also where the text's font has an emoji of its own */
    font-variant-emoji: unicode;
    color: var(--_text);
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  /* Never "inherit": Chromium computes the whole style of an animated element anew in each frame where a property is
     inherited by name: 0.4 ms for each bullet in flight, not 0.01. */
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`

/** Buttons: main (the one to press), quiet (a word), icon (a picture with a name), danger. */
export const buttons = css`
  button {
    font: inherit;
    color: inherit;
    border: 0;
    border-radius: calc(var(--_radius) * 0.75);
    background: none;
    min-block-size: 32px;
    min-inline-size: 32px;
    padding: 4px 10px;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:focus-visible,
  [tabindex]:focus-visible,
  input:focus-visible,
  textarea:focus-visible,
  select:focus-visible,
  summary:focus-visible,
  a:focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 1px;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  button.main {
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
    padding: 6px 14px;
  }
  button.quiet {
    color: var(--_accent);
    font-weight: 600;
  }
  button.icon {
    display: inline-grid;
    place-items: center;
    padding: 4px;
    border-radius: 999px;
  }
  button.danger {
    color: var(--_danger);
  }
  @media (hover: hover) {
    button:not(:disabled, .main):hover {
      background: color-mix(in srgb, currentColor 12%, transparent);
    }
    button.main:not(:disabled):hover {
      filter: brightness(1.08);
    }
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
  }
  svg {
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
  }
`

/** Styles of a part that was loaded after the element had its own. */
export function addStyles({ renderRoot }: { renderRoot: HTMLElement | DocumentFragment }, { styleSheet }: CSSResult): void {
  if (styleSheet) (renderRoot as ShadowRoot).adoptedStyleSheets.push(styleSheet)
}
