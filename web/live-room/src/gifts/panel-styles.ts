import { css } from 'lit'

export const panelStyles = css`
  .panel {
    pointer-events: auto;
    inset: auto 0 16px;
    margin: 0 auto;
    inline-size: min(23rem, 100vw - 16px);
    max-block-size: calc(100dvb - 16px);
    padding: 16px;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.25);
    background: var(--_raised);
    color: var(--_text);
    box-shadow: 0 12px 40px rgb(0 0 0 / 0.28);
    outline: 0;
  }
  [data-beside] {
    inset: var(--_top) auto auto var(--_left);
    margin: 0;
  }
  @media (max-width: 480px) {
    .panel {
      inset: auto 0 0;
      inline-size: 100%;
      max-inline-size: none;
      border-end-start-radius: 0;
      border-end-end-radius: 0;
      padding-block-end: max(16px, env(safe-area-inset-bottom));
    }
  }
  header,
  header label,
  footer,
  .counts {
    display: flex;
    align-items: center;
    gap: var(--_gap);
  }
  header {
    justify-content: space-between;
    flex-wrap: wrap;
  }
  header b {
    font-size: 1.0625rem;
  }
  header label {
    gap: 6px;
    min-block-size: 32px;
  }
  header label,
  .balance {
    color: var(--_dim);
    font-size: 0.875em;
  }
  [type='checkbox'] {
    accent-color: var(--_accent);
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(92px, 1fr));
    gap: var(--_gap);
    margin-block: 12px;
    max-block-size: 17rem;
    overflow: auto;
    padding: 3px;
  }
  .grid button {
    display: grid;
    justify-items: center;
    gap: 2px;
    padding: 10px 4px;
    border: 2px solid transparent;
    background: var(--_surface);
    border-radius: var(--_radius);
  }
  .grid [aria-checked='true'] {
    border-color: var(--_accent);
  }
  .grid .sign {
    --size: 40px;
  }
  .grid bdi {
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .grid small {
    color: var(--_gift);
    opacity: 1;
  }
  footer {
    justify-content: space-between;
    flex-wrap: wrap;
  }
  .counts {
    gap: 4px;
  }
  .counts [aria-pressed='true'] {
    background: var(--_surface);
    box-shadow: inset 0 0 0 2px var(--_accent);
    font-weight: 600;
  }
  .counts input {
    inline-size: 4.5rem;
    min-block-size: 32px;
    font: inherit;
    font-size: max(1rem, 1em);
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.75);
    padding: 4px 8px;
  }
  .send {
    display: grid;
    flex: 1;
    min-inline-size: 7rem;
    line-height: 1.2;
  }
  .combo {
    position: relative;
    overflow: hidden;
    box-shadow: 0 0 0 2px var(--_gift);
  }
  .combo i {
    position: absolute;
    inset: auto 0 0;
    block-size: 4px;
    background: currentColor;
    transform: scaleX(0);
  }
  .moving .combo i {
    animation: run-out 3s linear;
  }
  @keyframes run-out {
    from {
      transform: none;
    }
  }
`
