import { css } from 'lit'

export const styles = css`
  .text a {
    color: var(--_accent);
  }
  .sticker {
    block-size: 1.5em;
    max-inline-size: 4em;
    vertical-align: text-bottom;
    object-fit: contain;
  }
  .word {
    margin-block: 4px;
    padding: 8px 12px;
    color: var(--_text);
    background: var(--_surface);
    white-space: pre-wrap;
  }
  .pending .text,
  .held .text,
  .failed .text {
    opacity: 0.7;
  }
  .state {
    font-size: 0.8125rem;
    color: var(--_dim);
  }
  .pending .state {
    font-size: 0.75rem;
  }
  .failed .state {
    color: var(--_danger);
  }
  .state button {
    min-block-size: 24px;
    padding: 0 6px;
  }
  .chip {
    padding: 2px 12px;
    border-radius: 999px;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    color: var(--_dim);
    background: var(--_raised);
    border: 1px solid var(--_line);
  }
  button.pill {
    display: flex;
    align-items: center;
    gap: 6px;
    border-radius: 999px;
    pointer-events: auto;
    font-size: 0.875rem;
    box-shadow: 0 2px 12px rgb(0 0 0 / 0.25);
  }
  .settings {
    position: absolute;
    inset-block-start: 6px;
    inset-inline-end: 10px;
  }
  .settings summary {
    display: grid;
    place-items: center;
    inline-size: 32px;
    block-size: 32px;
    margin-inline-start: auto;
    border-radius: 50%;
    list-style: none;
    cursor: pointer;
    color: var(--_dim);
    background: var(--_raised);
    border: 1px solid var(--_line);
  }
  /* for those who are read to: shown when it is reached, and never in the way of a row's button */
  .settings:not([open], :focus-within) {
    opacity: 0;
    pointer-events: none;
  }
  .settings[open] {
    z-index: 1;
  }
  .settings summary::-webkit-details-marker {
    display: none;
  }
  .settings fieldset,
  .people,
  .emoji {
    margin: 0;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
    box-shadow: 0 6px 24px rgb(0 0 0 / 0.18);
  }
  .settings fieldset {
    margin-block-start: 6px;
    padding: 8px 14px 10px;
  }
  .settings legend {
    float: inline-start;
    inline-size: 100%;
    padding: 0;
    font-size: 0.8125rem;
    color: var(--_dim);
  }
  .settings label {
    display: flex;
    clear: both;
    align-items: center;
    gap: 8px;
    min-block-size: 32px;
    accent-color: var(--_accent);
  }

  /* the notice */
  button.notice {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    inline-size: 100%;
    max-block-size: 40%;
    overflow-y: auto;
    padding: 10px 16px;
    border-radius: 0;
    border-block-end: 1px solid var(--_line);
    background: var(--_surface);
    font-size: 0.875rem;
    text-align: start;
    flex: none;
  }
  .notice svg {
    color: var(--_accent);
  }
  .notice bdi {
    flex: 1;
    min-inline-size: 0;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .notice .line {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .notice .fold svg {
    display: block;
    color: var(--_dim);
  }
  .notice[aria-expanded='true'] .fold {
    transform: scaleY(-1);
  }

  /* the box */
  .composer {
    position: relative;
    padding: 8px 12px max(10px, env(safe-area-inset-bottom));
    border-block-start: 1px solid var(--_line);
  }
  .box {
    display: flex;
    align-items: flex-end;
    gap: 6px;
    min-block-size: 40px;
  }
  .field {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: flex-end;
    padding-inline-end: 4px;
    border: 1px solid transparent;
    border-radius: 20px;
    background: var(--_surface);
  }
  .field:focus-within {
    border-color: var(--_focus);
    box-shadow: 0 0 0 1px var(--_focus);
  }
  .field button {
    margin-block: 3px;
    color: var(--_dim);
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    /* smaller letters make phones zoom in */
    font: max(16px, 1em) / 1.4 var(--_font);
    color: inherit;
    background: none;
    border: 0;
    padding: 8px 6px 8px 16px;
    resize: none;
    field-sizing: content;
    max-block-size: calc(4lh + 16px);
    overflow-y: auto;
    scrollbar-width: thin;
  }
  textarea:focus-visible {
    outline: 0;
  }
  textarea::placeholder {
    white-space: nowrap;
    color: var(--_dim);
    opacity: 1;
  }
  button.send {
    position: relative;
    flex: none;
    inline-size: 40px;
    block-size: 40px;
    color: var(--_on-accent);
    background: var(--_accent);
    font-size: 0.875rem;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  button.send[aria-disabled='true'] {
    color: var(--_dim);
    background: var(--_surface);
    cursor: default;
  }
  .send:dir(rtl) svg:not(.ring) {
    transform: scaleX(-1);
  }
  .ring {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    color: var(--_accent);
    stroke-width: 2.5;
    transform: rotate(-90deg);
  }
  .box:has(.closed) {
    align-items: center;
  }
  .closed {
    flex: 1;
    margin: 0;
    padding-inline: 4px;
    color: var(--_dim);
  }
  button.login {
    flex: 1;
    min-block-size: 40px;
    border-radius: 20px;
  }
  .closed + .login {
    flex: none;
  }
  .hints {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    padding-inline: 4px;
    font-size: 0.8125rem;
    color: var(--_dim);
  }
  .hints:has(:not(:empty)) {
    padding-block-end: 6px;
  }
  .count {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .count.many {
    color: var(--_danger);
  }
  .people,
  .emoji {
    position: absolute;
    z-index: 2;
    inset-inline: 12px;
    inset-block-end: calc(100% + 6px);
    padding: 6px;
  }
  .people {
    list-style: none;
    max-inline-size: 20rem;
  }
  .people li {
    padding: 6px 10px;
    border-radius: calc(var(--_radius) * 0.6);
    cursor: pointer;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .people [aria-selected='true'] {
    background: var(--_surface);
    box-shadow: inset 0 0 0 2px var(--_focus);
  }
  .emoji {
    --_columns: 8;
    /* some fonts for letters have emoji without colours */
    --_emoji: 'Twemoji Mozilla', 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', var(--_font);
    display: flex;
    flex-direction: column;
    max-inline-size: 24rem;
    max-block-size: min(17rem, 50cqi + 6rem, var(--_above, 17rem));
  }
  .emoji .scroll {
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .emoji .more {
    flex: none;
    margin-block-start: 4px;
  }
  .more[aria-busy='true'] {
    opacity: 0.55;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(var(--_columns), 1fr);
  }
  .grid.wide {
    grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
  }
  .grid + .grid {
    margin-block-start: 6px;
    padding-block-start: 6px;
    border-block-start: 1px solid var(--_line);
  }
  .grid button {
    padding: 2px;
    font: 1.375rem / 1.5 var(--_emoji);
  }
  .grid img {
    inline-size: 48px;
    block-size: 48px;
    object-fit: contain;
  }
  @media (pointer: coarse) {
    .menu {
      min-block-size: 44px;
      min-inline-size: 44px;
      inset-block-start: 0;
      inset-inline-end: 0;
    }
    .emoji {
      --_columns: 7;
    }
    .people li {
      padding-block: 11px;
    }
    button.send {
      inline-size: 44px;
      block-size: 44px;
    }
    .settings summary {
      inline-size: 44px;
      block-size: 44px;
    }
    .state button {
      min-block-size: 44px;
    }
  }
  @container (inline-size < 340px) {
    .emoji {
      --_columns: 6;
    }
  }
`
