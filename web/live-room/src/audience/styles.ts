import { css } from 'lit'

// Rows without content-visibility: with 1,500 of them it made a frame of scrolling about four times as dear (main thread).
export const audienceStyles = css`
  :host {
    display: inline-block;
  }
  #count {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 99px;
    font-variant-numeric: tabular-nums;
  }
  .faces {
    display: flex;
    margin-inline-end: 2px;
  }
  .faces .face {
    inline-size: 26px;
    block-size: 26px;
    font-size: 12px;
    margin-inline-start: -5px;
    box-shadow: 0 0 0 2px var(--_bg);
  }
  .faces .face:first-child {
    margin-inline-start: 0;
  }
  .face {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 32px;
    block-size: 32px;
    border-radius: 50%;
    overflow: hidden;
    font-weight: 600;
    line-height: 1;
    color: light-dark(hsl(var(--_hue) 60% 26%), hsl(var(--_hue) 60% 85%));
    background: light-dark(hsl(var(--_hue) 60% 88%), hsl(var(--_hue) 35% 28%));
  }
  .face > * {
    grid-area: 1 / 1;
  }
  img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  #panel {
    inset: auto;
    margin: 0;
    padding: 0;
    inline-size: min(340px, calc(100vw - 16px));
    max-block-size: min(520px, calc(100dvh - 16px));
    overflow: hidden;
    color: var(--_text);
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    box-shadow: 0 8px 28px rgb(0 0 0 / 0.22);
  }
  #panel:popover-open {
    display: flex;
    flex-direction: column;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    padding-block: 8px 4px;
    padding-inline: 14px 6px;
  }
  h2 {
    flex: 1;
    margin: 0;
    font-size: 1em;
  }
  .dim {
    font-size: 0.85em;
    color: var(--_dim);
  }
  input {
    font: inherit;
    font-size: 16px;
    color: inherit;
    background: var(--_bg);
    border: 1px solid var(--_dim);
    border-radius: 8px;
    margin: 4px 14px 8px;
    padding: 6px 10px;
  }
  ul {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    overscroll-behavior: contain;
    margin: 0;
    padding: 0 6px 6px;
    list-style: none;
  }
  li {
    padding: 2px;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 10px;
    inline-size: 100%;
    min-block-size: 40px;
    padding: 3px 6px;
    text-align: start;
  }
  .row bdi {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .badge {
    flex: none;
    font-size: 0.78em;
    font-weight: 600;
    padding: 1px 8px;
    border-radius: 99px;
    color: var(--_host);
    border: 1px solid currentColor;
  }
  .badge.muted {
    color: var(--_dim);
  }
  p {
    margin: 0;
    padding: 8px 14px 14px;
  }
`
