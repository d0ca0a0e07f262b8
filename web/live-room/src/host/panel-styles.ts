import { css } from 'lit'

export const panelStyles = css`
  :host {
    display: block;
    overflow-wrap: anywhere;
  }
  /* The box inside <details> that is the browser's does not pass it on. */
  details * {
    box-sizing: border-box;
  }
  details {
    border-block-end: 1px solid var(--_line);
    padding-inline: 12px;
  }
  summary {
    display: flex;
    align-items: center;
    justify-content: space-between;
    min-block-size: 44px;
    font-weight: 600;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary svg {
    color: var(--_dim);
  }
  details[open] summary svg {
    rotate: 180deg;
  }
  .body {
    display: grid;
    gap: var(--_gap);
    padding-block-end: 14px;
  }
  .row,
  .line {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    gap: 2px 12px;
    min-block-size: 36px;
  }
  .row > [role='status'] {
    grid-column: 1 / -1;
    justify-self: end;
  }
  [role='status']:empty {
    display: none;
  }
  .dim,
  [role='status'] {
    font-size: 0.85em;
    color: var(--_dim);
  }
  .bad {
    color: var(--_danger);
  }
  p {
    margin: 0;
  }
  input:not([type='checkbox']),
  select,
  textarea {
    font: inherit;
    color: inherit;
    background: var(--_bg);
    border: 1px solid var(--_dim);
    border-radius: 8px;
    padding: 5px 8px;
    min-block-size: 34px;
    inline-size: 9.5em;
  }
  textarea {
    inline-size: 100%;
    resize: vertical;
  }
  input[type='checkbox'] {
    appearance: none;
    inline-size: 44px;
    block-size: 26px;
    margin: 0;
    border-radius: 99px;
    border: 1px solid var(--_dim);
    background: radial-gradient(circle at 12px 50%, var(--_dim) 8px, transparent 8.5px);
    cursor: pointer;
  }
  input:checked {
    border-color: var(--_accent);
    background: radial-gradient(circle at 30px 50%, var(--_on-accent) 8px, transparent 8.5px) var(--_accent);
  }
  :host(:dir(rtl)) input[type='checkbox'] {
    scale: -1 1;
  }
  button.devices {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 8px 2px;
    min-block-size: 44px;
    text-align: start;
  }
  .buttons {
    display: flex;
    justify-content: flex-end;
    align-items: center;
    gap: 4px;
  }
  .buttons > .dim {
    margin-inline-end: auto;
  }
  ul,
  dl {
    display: grid;
    gap: 4px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .held li {
    grid-template-columns: auto 1fr;
    padding-block-end: 4px;
  }
  .held li > :first-child {
    grid-column: 1 / -1;
  }
  .line.gone {
    opacity: 0.6;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 14px;
    border-radius: 7px;
    background: var(--_surface);
    stroke: none;
  }
  .admitted {
    fill: var(--_host);
  }
  .pending {
    fill: var(--_dim);
  }
  .rejected {
    fill: var(--_gift);
  }
  .dropped {
    fill: var(--_danger);
  }
  dl {
    grid-template-columns: auto 1fr auto;
    gap: 2px 8px;
    align-items: center;
  }
  dl svg {
    inline-size: 10px;
    block-size: 10px;
    stroke: none;
  }
  dt {
    grid-column: 2;
  }
  dd {
    margin: 0;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
`
