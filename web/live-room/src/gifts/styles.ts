import { css } from 'lit'

export const giftStyles = css`
  :host {
    position: absolute;
    inset: 0;
    overflow: clip;
    pointer-events: none;
  }
  .banners {
    position: absolute;
    inset-block-end: var(--lr-gift-offset, clamp(8px, 14%, 84px));
    inset-inline-start: clamp(8px, 2%, 20px);
    max-inline-size: calc(100% - 16px);
    display: grid;
    gap: 6px;
  }
  .slot {
    block-size: 44px;
    min-inline-size: 0;
  }
  .banner {
    display: inline-flex;
    align-items: center;
    gap: 10px;
    max-inline-size: 100%;
    block-size: 100%;
    padding: 4px;
    padding-inline-end: 16px;
    border-radius: 999px;
    background: var(--_glass);
    color: var(--_on-glass);
    line-height: 1.25;
    transition: opacity 0.3s;
  }
  .rich {
    background: linear-gradient(90deg, #7a2f63ee, #8a5a12ee);
  }
  .leaving {
    opacity: 0;
  }
  .face {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    overflow: hidden;
    font-weight: 700;
    background: hsl(var(--hue) 45% 38%);
  }
  .face img {
    position: absolute;
    inset: 0;
  }
  img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .who {
    min-inline-size: 0;
    display: grid;
  }
  .who > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    max-inline-size: 14rem;
    max-block-size: 1.4em;
  }
  .who > bdi {
    font-weight: 600;
  }
  small {
    font-size: 0.8125em;
    opacity: 0.9;
  }
  .sign {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    font-size: 28px;
    line-height: 1;
  }
  .sign img {
    object-fit: contain;
  }
  .times {
    color: #ffca6b;
    font-size: 1.375rem;
    font-style: italic;
    font-variant-numeric: tabular-nums;
  }
  .banner.moving {
    animation: come 0.35s cubic-bezier(0.2, 0.8, 0.3, 1.1);
  }
  .moving .times {
    animation: bump 0.3s ease-out;
  }
  @keyframes come {
    from {
      translate: -32px;
      opacity: 0;
    }
  }
  @keyframes bump {
    from {
      scale: 1.7;
    }
  }
  .effects {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    overflow: clip;
    direction: ltr;
  }
  .flourish {
    position: absolute;
    display: grid;
    place-items: center;
  }
  .flourish > * {
    grid-area: 1 / 1;
    display: block;
    line-height: 1.2;
  }
  .big {
    font-size: clamp(64px, 14vmin, 128px);
  }
  .spark {
    font-size: 22px;
  }
  .big img,
  .spark img {
    inline-size: 1.2em;
    block-size: 1.2em;
    object-fit: contain;
  }
  .glow {
    inline-size: 300px;
    block-size: 300px;
    border-radius: 50%;
    background: radial-gradient(closest-side, rgb(255 214 120 / 0.55), transparent);
  }
  .open {
    position: absolute;
    inset-block-end: 12px;
    inset-inline-end: 12px;
    inline-size: 44px;
    block-size: 44px;
    background: var(--_glass) !important;
    color: var(--_on-glass);
    pointer-events: auto;
  }

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
    inline-size: 40px;
    block-size: 40px;
    font-size: 32px;
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
