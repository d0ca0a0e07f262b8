import { css, html, nothing } from 'lit'
import { CLOSE, icon } from '../base/icons.js'
import { define, LiveElement } from '../base/live-element.js'
import { buttons, tokens } from '../base/styles.js'
import { hidden, WORD_LETTERS_MAX } from './hidden.js'
import { hiddenWords } from './words.js'

const styles = css`
  :host,
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    font-size: 0.9375rem;
    white-space: normal;
  }
  .field {
    display: flex;
    gap: 6px;
  }
  input {
    flex: 1;
    min-inline-size: 0;
    font: inherit;
    font-size: max(1rem, 1em);
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.75);
    min-block-size: 36px;
    padding: 4px 10px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    max-block-size: 7rem;
    overflow: auto;
  }
  .chips button {
    display: flex;
    align-items: center;
    gap: 4px;
    max-inline-size: 100%;
    background: var(--_surface);
  }
  bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .only {
    margin: 0;
    font-size: 0.8125rem;
    color: var(--_dim);
  }
`

/** Where a reader sees and changes what is hidden from him. */
class HiddenPanel extends LiveElement {
  static override styles = [tokens, buttons, styles]

  private stop?: () => void

  override connectedCallback(): void {
    super.connectedCallback()
    this.stop = hidden.onChange(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop?.()
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('input')?.focus())
  }

  private addWord(event: SubmitEvent): void {
    event.preventDefault()
    const input = (event.target as HTMLFormElement).elements.namedItem('word') as HTMLInputElement
    hidden.set({ words: [...hidden.lists.words, input.value] })
    input.value = ''
  }

  private chips(texts: readonly string[], remove: (index: number) => void) {
    if (texts.length === 0) return nothing
    const { showAgain } = this.say(hiddenWords)
    return html`<div class="chips">
      ${texts.map((text, index) => html`<button aria-label=${showAgain(text)} title=${showAgain(text)} @click=${() => remove(index)}><bdi>${text}</bdi>${icon(CLOSE)}</button>`)}
    </div>`
  }

  protected override render() {
    const say = this.say(hiddenWords)
    const { words, users } = hidden.lists
    const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, other) => other !== index)
    return html`<form @submit=${this.addWord}>
        <label for="word">${say.words}</label>
        <div class="field">
          <input id="word" name="word" maxlength=${WORD_LETTERS_MAX} autocomplete="off" placeholder=${say.wordHint} />
          <button class="quiet">${say.add}</button>
        </div>
        ${this.chips(words, index => hidden.set({ words: without(words, index) }))}
      </form>
      ${users.length > 0
        ? html`${say.users}
            ${this.chips(
              users.map(({ nick }) => nick),
              index => hidden.set({ users: without(users, index) }),
            )}`
        : nothing}
      <p class="only">${say.only}</p>`
  }
}

export const register = (): void => define('live-hidden-panel', HiddenPanel)
