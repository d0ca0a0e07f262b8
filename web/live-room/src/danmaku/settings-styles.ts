import { css } from 'lit'

export const settingsStyles = css`
  :host {
    display: grid;
    gap: 14px;
    padding: 16px;
    inline-size: min(20rem, 100vw - 16px);
  }
  label,
  .row {
    display: grid;
    grid-template-columns: 5.5rem 1fr 2.75rem;
    align-items: center;
    gap: var(--_gap);
    min-block-size: 32px;
  }
  label.switch {
    grid-template-columns: 1fr auto;
    font-weight: 600;
  }
  input {
    accent-color: var(--_accent);
    margin: 0;
    min-inline-size: 24px;
    block-size: 24px;
  }
  output {
    color: var(--_dim);
    text-align: end;
    font-variant-numeric: tabular-nums;
    font-size: 0.875em;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    position: relative;
  }
  legend {
    padding: 0;
    float: inline-start;
  }
  .choices {
    grid-column: 2 / 4;
    display: flex;
  }
  .choices {
    background: var(--_surface);
    border-radius: calc(var(--_radius) * 0.75);
  }
  .choices label {
    flex: 1;
    display: grid;
    grid-template-columns: 1fr;
    place-items: center;
    border-radius: inherit;
    position: relative;
    cursor: pointer;
  }
  .choices input {
    position: absolute;
    opacity: 0;
  }
  .choices label:has(:checked) {
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .choices label:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 1px;
  }
  .reset {
    justify-self: end;
  }
`
