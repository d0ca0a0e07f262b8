import { css, html, render } from 'lit'
import { CLOSE, icon } from '../base/icons.js'
import type { LiveElement } from '../base/live-element.js'
import { addStyles } from '../base/styles.js'
import { deviceWords } from './words.js'

/** Opens the device test over the page, for the room of an element, which lends its shadow root. What the test holds goes with the dialog. */
export async function openDeviceTest(host: LiveElement): Promise<void> {
  if (host.renderRoot.querySelector('dialog.device-dialog')) return
  const words = host['say'](deviceWords)
  const dialog = document.createElement('dialog')
  dialog.className = 'device-dialog'
  dialog.setAttribute('aria-label', words.title)
  render(
    html`<live-device-test .room=${host.room} .lang=${host.lang} .words=${host.words}></live-device-test>
      <button class="icon" aria-label=${words.close} title=${words.close} @click=${() => dialog.close()}>${icon(CLOSE)}</button>`,
    dialog,
  )
  dialog.addEventListener('close', () => dialog.remove())
  if (!styled.has(host)) addStyles(host, dialogStyles)
  styled.add(host)
  host.renderRoot.append(dialog)
  const test = dialog.querySelector('live-device-test')!
  dialog.showModal()
  await test.updateComplete
  test.focus()
}

const styled = new WeakSet<LiveElement>()

const dialogStyles = css`
  .device-dialog {
    inline-size: min(820px, 100vw - 16px);
    max-inline-size: none;
    max-block-size: calc(100dvh - 16px);
    padding: 0;
    overflow: auto;
    overscroll-behavior: contain;
    color: var(--_text);
    background: var(--_bg);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    box-shadow: 0 10px 34px rgb(0 0 0 / 0.28);
  }
  .device-dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  .device-dialog > button {
    position: absolute;
    inset-block-start: 10px;
    inset-inline-end: 10px;
  }
`
