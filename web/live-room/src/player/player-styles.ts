import { css } from 'lit'

export const playerStyles = css`
  :host {
    display: block;
    position: relative;
    inline-size: 100%;
    aspect-ratio: var(--lr-player-ratio, 16 / 9);
    background: #000;
    color: var(--_on-glass);
    color-scheme: dark;
    overflow: hidden;
  }
  :host(:fullscreen) {
    aspect-ratio: auto;
    block-size: 100%;
  }
  .box,
  .box > :is(video, canvas, img, .overlay, .cover) {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  .box {
    container-type: size;
    outline-offset: -3px !important;
  }
  video,
  canvas {
    object-fit: var(--lr-player-fit, contain);
  }
  img {
    object-fit: var(--lr-poster-fit, cover);
  }
  .overlay,
  .cover {
    pointer-events: none;
  }
  .cover {
    display: grid;
    place-items: center;
    padding: 12px;
    text-align: center;
  }
  .cover > * {
    pointer-events: auto;
  }
  .dim {
    background: rgb(14 10 18 / 0.62);
  }
  .dim:has(button) {
    padding-block-end: 52px;
  }
  .said {
    text-shadow: 0 1px 3px rgb(0 0 0 / 0.6);
  }
  p {
    margin: 0 0 6px;
    font-variant-numeric: tabular-nums;
  }
  .title {
    font-size: clamp(1rem, 4.5cqi, 1.5rem);
    font-weight: 600;
  }
  .said button {
    margin-block-start: 8px;
  }
  .big {
    inline-size: 72px;
    block-size: 72px;
    font-size: 1.75rem;
  }
  .big,
  .pill {
    background: var(--_glass);
    color: inherit;
  }
  .big svg {
    fill: currentColor;
  }
  .pill {
    border-radius: 999px;
    padding: 8px 18px;
    margin: 0;
  }
  .spinner {
    inline-size: 44px;
    block-size: 44px;
    border: 3px solid rgb(255 255 255 / 0.25);
    border-block-start-color: currentColor;
    border-radius: 50%;
    /* a short wait needs no wheel */
    animation:
      turn 0.9s linear infinite,
      come 0.2s 0.4s backwards;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @keyframes come {
    from {
      opacity: 0;
    }
  }
`
