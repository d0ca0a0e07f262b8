import { css } from 'lit'

export const styles = css`
  .emoji.all {
    --_cell: 38px;
    display: flex;
    flex-direction: column;
    gap: 4px;
    /* what lies above the box is all that a chat has */
    block-size: min(24rem, var(--_above, 24rem));
    max-block-size: none;
    overflow: clip;
  }
  .all .top {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .all input {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 36px;
    padding: 4px 12px;
    /* smaller letters make phones zoom in */
    font: max(16px, 1em) / 1.4 var(--_font);
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: 999px;
  }
  .all input::placeholder {
    color: var(--_dim);
    opacity: 1;
  }
  .all .back:dir(rtl) svg {
    transform: scaleX(-1);
  }
  .all .tone {
    font: 1.25rem / 1 var(--_emoji);
  }
  .all .tones,
  .all .tabs {
    display: flex;
    justify-content: space-between;
    flex: none;
  }
  .all .tones {
    justify-content: center;
    gap: 4px;
    border-radius: calc(var(--_radius) * 0.75);
    background: var(--_surface);
  }
  .all .tones button,
  .all .tabs button {
    padding: 2px;
    font: 1.125rem / 1.4 var(--_emoji);
  }
  .all .tones button[aria-checked='true'] {
    box-shadow: inset 0 0 0 2px var(--_accent);
  }
  .all .tabs {
    overflow-x: auto;
    scrollbar-width: none;
    border-block-end: 1px solid var(--_line);
  }
  .all .tabs button {
    flex: 1 0 24px;
    min-inline-size: 24px;
    border-radius: 0;
    border-block-end: 2px solid transparent;
  }
  .all .tabs button:not([aria-current]) span {
    filter: grayscale(1);
    opacity: 0.75;
  }
  .all .tabs button[aria-current] {
    border-color: var(--_accent);
  }
  .all .scroll {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .all section {
    content-visibility: auto;
    /* about as high as it will be, so that little moves when it is drawn */
    contain-intrinsic-block-size: auto calc(1.75rem + (var(--_count) / var(--_columns) + 0.5) * var(--_cell));
  }
  .all h3 {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    margin: 0;
    padding: 0 6px;
    font-size: 0.8125rem;
    font-weight: 600;
    line-height: 1.75rem;
    color: var(--_dim);
    background: var(--_raised);
  }
  .all .grid button {
    min-block-size: var(--_cell);
  }
  .all .grid button:focus-visible,
  .all .tabs button:focus-visible {
    outline-offset: -2px;
  }
  .all .none {
    margin: 0;
    padding: 24px 12px;
    text-align: center;
    color: var(--_dim);
  }
  @media (pointer: coarse) {
    .emoji.all {
      --_cell: 44px;
    }
    .all input {
      min-block-size: 44px;
    }
    /* the last one in sight is cut, so that one sees that there are more */
    .all .tabs button {
      min-inline-size: 48px;
    }
  }
`
