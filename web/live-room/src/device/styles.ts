import { css } from 'lit'

export const deviceStyles = css`
  :host {
    display: block;
    container: device / inline-size;
    background: var(--_bg);
    overflow-wrap: anywhere;
  }
  .frame {
    display: grid;
    gap: 14px;
    padding: 16px;
    max-inline-size: 60rem;
    margin-inline: auto;
  }
  .frame.testing {
    padding-block-end: 0;
  }
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: 1.125rem;
    line-height: 1.3;
    padding-inline-end: 40px;
  }
  h2:focus-visible {
    border-radius: 4px;
  }
  h3 {
    font-size: 1em;
  }
  ul {
    list-style: none;
  }
  .dim {
    color: var(--_dim);
    font-size: 0.875em;
  }
  .ok > svg,
  .ok .state {
    color: var(--_host);
  }
  .failed > svg,
  .failed .state,
  .lost .state {
    color: var(--_danger);
  }
  .cards {
    display: grid;
    gap: 12px;
  }
  .card {
    display: grid;
    grid-template-columns: 1fr auto;
    align-content: start;
    align-items: center;
    gap: 10px;
    padding: 12px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .card > :not(h3, .state, .unseen) {
    grid-column: 1 / -1;
  }
  .card > button {
    justify-self: start;
  }
  .state {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    color: var(--_dim);
    font-size: 0.875em;
    font-weight: 600;
  }
  .told {
    display: grid;
    gap: 2px;
  }
  .failed > .told,
  .lost > .told {
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--_danger);
  }
  .preview {
    position: relative;
    aspect-ratio: 16 / 9;
    overflow: hidden;
    border-radius: calc(var(--_radius) * 0.6);
    background: #16121b;
    color: #a79db3;
  }
  .preview > svg {
    position: absolute;
    inset: 0;
    margin: auto;
    inline-size: 48px;
    block-size: 48px;
  }
  video {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    object-fit: contain;
    /* He knows himself from the mirror. */
    transform: scaleX(-1);
  }
  .facts {
    position: absolute;
    inset-block-end: 6px;
    inset-inline-start: 6px;
    padding: 1px 8px;
    border-radius: 99px;
    background: var(--_glass);
    color: var(--_on-glass);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  select {
    font: inherit;
    color: inherit;
    background: var(--_bg);
    border: 1px solid var(--_dim);
    border-radius: 8px;
    padding: 5px 8px;
    min-block-size: 36px;
    inline-size: 100%;
    min-inline-size: 0;
    text-overflow: ellipsis;
  }
  .meter {
    block-size: 12px;
    border-radius: 6px;
    overflow: hidden;
    background: var(--_bg);
    border: 1px solid var(--_dim);
  }
  .meter::before {
    content: '';
    display: block;
    block-size: 100%;
    inline-size: var(--_level);
    background: var(--_host);
  }
  .edged {
    border: 1px solid var(--_dim);
    padding-inline: 14px;
    background: var(--_bg);
  }
  .play[aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  .answers {
    display: flex;
    gap: var(--_gap);
  }
  .answers button {
    min-inline-size: 72px;
  }
  .abilities {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
    gap: 4px 12px;
  }
  li {
    display: flex;
    gap: 8px;
    align-items: start;
  }
  li > svg,
  li > .mark {
    margin-block-start: 0.1em;
    color: var(--_dim);
  }
  .mark {
    flex: none;
    inline-size: 1.25em;
    text-align: center;
  }
  .mark::before {
    content: '–';
    content: '–' / '';
  }
  .summary,
  .summary ul {
    display: grid;
    gap: 10px;
  }
  .summary li > div {
    flex: 1;
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 2px 8px;
  }
  .summary li > div > :not(b, .state) {
    grid-column: 1 / -1;
  }
  footer {
    display: flex;
    justify-content: flex-end;
  }
  .testing footer {
    position: sticky;
    inset-block-end: 0;
    z-index: 1;
    margin-inline: -16px;
    padding: 10px 16px;
    background: var(--_bg);
    border-block-start: 1px solid var(--_line);
  }
  footer button {
    min-inline-size: 8rem;
    min-block-size: 40px;
  }
  @media (pointer: coarse) {
    select,
    footer button {
      min-block-size: 44px;
    }
  }
  @container device (min-width: 600px) {
    .cards {
      grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
    }
    .camera {
      grid-row: span 2;
    }
    .browser:last-child {
      grid-column: 1 / -1;
    }
  }
`
