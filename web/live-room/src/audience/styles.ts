import { css } from 'lit'

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
    --_face: 26px;
    margin-inline-start: -5px;
    box-shadow: 0 0 0 2px var(--_bg);
  }
  /* in a narrow room */
  @container (max-width: 400px) {
    .faces .face:nth-child(n + 4) {
      display: none;
    }
  }
  .faces .face:first-child {
    margin-inline-start: 0;
  }
`
