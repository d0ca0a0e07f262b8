import { css } from 'lit'

/** Wide: chat beside the picture. Narrow: below it. Overlay: chat over a standing picture. */
export const roomStyles = css`
  :host {
    display: block;
    position: relative;
    container: room / inline-size;
    block-size: 100%;
    min-block-size: 26rem;
    max-block-size: 100dvh;
    overflow: hidden;
    background: var(--_bg);
    color-scheme: light dark;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host(:fullscreen) {
    block-size: 100dvh;
  }
  .frame {
    block-size: 100%;
    display: grid;
    grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr);
    grid-template-areas: 'header' 'stage' 'side';
  }
  header {
    grid-area: header;
    display: flex;
    align-items: center;
    gap: 10px;
    min-inline-size: 0;
    padding: 8px 12px;
    border-block-end: 1px solid var(--_line);
  }
  .face {
    --_face: 40px;
    border-radius: 10px;
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .title {
    min-inline-size: 0;
    flex: 1;
  }
  h2 {
    margin: 0;
    font-size: 1.0625rem;
    line-height: 1.25;
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  .facts {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 2px 0 0;
    font-size: 0.8125rem;
    color: var(--_dim);
    white-space: nowrap;
  }
  live-audience {
    margin-inline-start: -10px;
  }
  .badge {
    background: #c4123f;
    color: #fff;
    border-radius: 5px;
    padding: 0 6px;
    font-size: 0.6875rem;
    font-weight: 700;
    letter-spacing: 0.04em;
  }
  .acts {
    display: flex;
    align-items: center;
    gap: 2px;
    flex: none;
  }
  .stage {
    grid-area: stage;
    position: relative;
    min-inline-size: 0;
    min-block-size: 0;
    background: #000;
    aspect-ratio: 16 / 9;
    max-block-size: 46dvh;
    inline-size: 100%;
  }
  .stage > live-player {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  live-danmaku,
  live-gifts {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .side {
    grid-area: side;
    position: relative;
    min-block-size: 0;
    min-inline-size: 0;
    display: flex;
    flex-direction: column;
  }
  .side > live-chat,
  .drawer {
    flex: 1;
    min-block-size: 0;
  }
  .drawer {
    display: flex;
    flex-direction: column;
    background: var(--_bg);
  }
  .drawer > header {
    padding-block: 4px;
    font-weight: 600;
  }
  .drawer > live-host-tools {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
  }
  live-likes,
  button[slot='actions'] {
    flex: none;
    min-block-size: 40px;
    min-inline-size: 40px;
  }

  @container room (min-width: 800px) {
    .frame:not(.below, .overlay) {
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) clamp(320px, 28cqi, 420px);
      grid-template-areas: 'header header' 'stage side';
    }
    .frame:not(.below, .overlay) .stage {
      aspect-ratio: auto;
      max-block-size: none;
      block-size: 100%;
    }
    .frame:not(.below, .overlay) .side {
      border-inline-start: 1px solid var(--_line);
    }
  }
  .frame.side-by-side {
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) clamp(240px, 34cqi, 420px);
    grid-template-areas: 'header header' 'stage side';
  }
  .frame.side-by-side .stage {
    aspect-ratio: auto;
    max-block-size: none;
    block-size: 100%;
  }

  /* Over a standing picture: everything is light on dark glass. */
  .frame.overlay {
    color-scheme: dark;
    grid-template: auto minmax(0, 1fr) minmax(0, 46%) / minmax(0, 1fr);
    grid-template-areas: 'header' '.' 'side';
    color: var(--_on-glass);
  }
  .frame.overlay .stage {
    grid-area: 1 / 1 / -1 / -1;
    aspect-ratio: auto;
    max-block-size: none;
    block-size: 100%;
    --lr-player-fit: cover;
  }
  .frame.overlay > slot > header {
    z-index: 2;
    border: 0;
    background: linear-gradient(rgb(0 0 0 / 0.6), transparent);
    text-shadow: 0 1px 2px rgb(0 0 0 / 0.6);
  }
  .frame.overlay .facts {
    color: inherit;
  }
  .frame.overlay .side {
    z-index: 1;
    --lr-color-bg: transparent;
    --lr-color-surface: rgb(14 10 18 / 0.55);
    --lr-color-line: rgb(255 255 255 / 0.18);
    --lr-color-dim: #e3dcea;
    background: linear-gradient(transparent, rgb(0 0 0 / 0.72) 30%);
  }
  .frame.overlay .drawer {
    --lr-color-bg: #17131d;
    background: #17131d;
  }

  .banner {
    position: absolute;
    z-index: 30;
    inset-block-start: 64px;
    inset-inline: 12px;
    margin-inline: auto;
    inline-size: fit-content;
    max-inline-size: calc(100% - 24px);
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 6px 14px;
    border-radius: var(--_radius);
    background: #3d2a06;
    color: #ffe2ad;
    box-shadow: 0 6px 24px rgb(0 0 0 / 0.3);
  }
  .banner button {
    color: #ffd27d;
    font-weight: 700;
  }
  .banner.restored {
    background: #0c3a2d;
    color: #b8f5dd;
  }

  .menu {
    inset: auto;
    margin: 0;
    padding: 6px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
    color: var(--_text);
    box-shadow: 0 10px 34px rgb(0 0 0 / 0.28);
    min-inline-size: 200px;
  }
`
