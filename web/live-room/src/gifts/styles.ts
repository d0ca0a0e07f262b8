import { css } from 'lit'

export const giftStyles = css`
  :host {
    position: absolute;
    inset: 0;
    overflow: clip;
    pointer-events: none;
    container-type: size;
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
    --size: 36px;
    block-size: calc(var(--size) + 8px);
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
    color-scheme: dark;
    line-height: 1.25;
    transition: opacity 0.3s;
  }
  @container (height < 280px) {
    .banners {
      inset-block-end: var(--lr-gift-offset, 8px);
      gap: 4px;
    }
    .slot {
      --size: 28px;
    }
    .banner {
      font-size: 0.8125rem;
      line-height: 1.15;
    }
  }
  .rich {
    background: linear-gradient(90deg, #7a2f63ee, #8a5a12ee);
  }
  .leaving {
    opacity: 0;
  }
  .face {
    --_face: var(--size);
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
    inline-size: var(--size);
    block-size: var(--size);
    font-size: calc(var(--size) * 0.8);
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
`
