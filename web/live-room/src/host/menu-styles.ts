import { css } from 'lit'

export const menuStyles = css`
  :host {
    inset: auto;
    margin: 0;
    padding: 6px;
    inline-size: max-content;
    min-inline-size: 180px;
    max-inline-size: min(300px, calc(100vw - 16px));
    max-block-size: calc(100dvh - 16px);
    overflow: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
    box-shadow: 0 8px 28px rgb(0 0 0 / 0.22);
    cursor: default;
  }
  [role='menu'] {
    display: grid;
  }
  bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    padding: 4px 10px 6px;
    font-size: 0.85em;
    font-weight: 600;
    color: var(--_dim);
  }
  [role='menuitem'] {
    text-align: start;
  }
  .more::after {
    content: '…';
    content: '…' / '';
  }
  hr {
    inline-size: 100%;
    margin: 5px 0;
    border: 0;
    border-block-start: 1px solid var(--_line);
  }
  [role='dialog'] {
    inline-size: 15.5rem;
    max-inline-size: 100%;
    padding: 8px;
  }
  form {
    display: grid;
    gap: 12px;
    padding: 8px;
  }
  p {
    margin: 0;
    overflow-wrap: anywhere;
  }
  label {
    display: grid;
    gap: 4px;
    font-size: 0.85em;
    color: var(--_dim);
  }
  input {
    font: inherit;
    font-size: 16px;
    color: var(--_text);
    background: var(--_bg);
    border: 1px solid var(--_dim);
    border-radius: 8px;
    padding: 6px 8px;
    inline-size: 100%;
  }
  .answers {
    display: flex;
    justify-content: flex-end;
    gap: var(--_gap);
  }
  .main {
    --_accent: var(--_danger);
    --_on-accent: light-dark(#fff, #2a0605);
  }
`
