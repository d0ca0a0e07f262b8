import { css } from 'lit'

export const menuStyles = css`
  .menu button {
    display: flex;
    align-items: center;
    gap: 10px;
    inline-size: 100%;
    text-align: start;
  }
  live-hidden-panel {
    inline-size: 15.5rem;
    max-inline-size: calc(100% - 20px);
    margin: 4px 10px 12px;
  }
  .qr {
    display: block;
    inline-size: 192px;
    block-size: 192px;
    margin: 8px auto;
    background: #fff;
    border-radius: 8px;
  }
  .qr path {
    fill: #000;
    stroke: none;
  }
`
