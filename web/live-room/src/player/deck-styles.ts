import { css } from 'lit'

export const deckStyles = css`
  .unmute {
    position: absolute;
    inset-block-end: 64px;
    inset-inline-start: 50%;
    translate: -50%;
    display: flex;
    gap: 8px;
    align-items: center;
    white-space: nowrap;
    font-weight: 600;
    min-block-size: 44px;
    box-shadow: 0 2px 12px rgb(0 0 0 / 0.3);
  }
  .unmute:dir(rtl) {
    translate: 50%;
  }
  .foot {
    position: absolute;
    inset: auto 0 0;
    padding: 28px max(8px, env(safe-area-inset-right)) max(4px, env(safe-area-inset-bottom)) max(8px, env(safe-area-inset-left));
    background: linear-gradient(transparent, var(--_glass) 36px);
    transition: opacity 0.2s;
    pointer-events: none;
  }
  .foot > * {
    pointer-events: auto;
  }
  .bar,
  .volume {
    display: flex;
    align-items: center;
  }
  .bar {
    gap: 2px;
    position: relative;
  }
  .space {
    flex: 1;
  }
  .foot button.icon {
    inline-size: 36px;
    block-size: 36px;
  }
  .play svg {
    fill: currentColor;
  }
  [aria-pressed='true'] {
    background: rgb(255 255 255 / 0.22);
  }
  .edge {
    display: flex;
    gap: 6px;
    align-items: center;
    font-size: 0.875em;
    font-weight: 600;
    opacity: 1 !important;
    white-space: nowrap;
  }
  .behind {
    background: rgb(255 255 255 / 0.18);
  }
  .dot {
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--_like);
  }
  .behind .dot {
    background: currentColor;
    opacity: 0.6;
  }
  input {
    accent-color: #fff;
    margin: 0;
    min-block-size: 24px;
    cursor: pointer;
  }
  .seek {
    display: block;
    inline-size: 100%;
  }
  .volume input {
    inline-size: 72px;
  }
  .menu {
    position: absolute;
    inset-block-end: calc(100% + 4px);
    inset-inline-end: 0;
    min-inline-size: 148px;
    max-inline-size: 100%;
    max-block-size: calc(100cqb - 70px);
    overflow: auto;
    padding: 6px;
    border-radius: var(--_radius);
    background: rgb(28 22 36 / 0.96);
    box-shadow: 0 6px 24px rgb(0 0 0 / 0.4);
  }
  .name {
    font-size: 0.8125em;
    opacity: 0.75;
    padding: 6px 10px 2px;
  }
  .menu button {
    display: block;
    inline-size: 100%;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .menu button::before {
    content: '✓';
    visibility: hidden;
    margin-inline-end: 8px;
  }
  .menu [aria-checked='true']::before {
    visibility: visible;
  }
  .quiet-hands {
    cursor: none;
  }
  /* For eyes only: who listens finds the controls at any time, and keys that come to them bring them back. */
  .quiet-hands .foot {
    opacity: 0;
  }
  .quiet-hands .foot > * {
    pointer-events: none;
  }
  @media (pointer: coarse) {
    .foot button.icon {
      inline-size: 44px;
      block-size: 44px;
    }
    .volume input {
      display: none;
    }
  }
  @container (inline-size < 420px) {
    .volume input {
      display: none;
    }
    .bar:has(.captions) .pip {
      display: none;
    }
  }
`
