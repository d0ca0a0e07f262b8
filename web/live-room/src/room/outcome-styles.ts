import { css } from 'lit'

export const outcomeStyles = css`
  .outcome {
    position: absolute;
    inset: 0;
    z-index: 35;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 10px;
    padding: 24px;
    text-align: center;
    background: color-mix(in srgb, var(--_bg) 88%, transparent);
    backdrop-filter: blur(8px);
  }
  .outcome h3 {
    margin: 0;
    font-size: 1.25rem;
  }
  .outcome p {
    margin: 0;
    color: var(--_dim);
    max-inline-size: 40ch;
    overflow-wrap: anywhere;
  }
`
