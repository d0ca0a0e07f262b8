import { css } from 'lit'

// Rows without content-visibility: with 1,500 of them it made a frame of scrolling about four times as dear (main thread).
export const panelStyles = css`
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
