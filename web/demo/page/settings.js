// Language and theme, for all pages of the demo: frames and other tabs hear of a change by the `storage` event.

const KEPT = 'plaudit-demo-'
const CHOICES = { language: ['en', 'zh'], theme: ['auto', 'light', 'dark'] }
const FALLBACK = { language: navigator.language.startsWith('zh') ? 'zh' : 'en', theme: 'auto' }

export const settings = {}
const listeners = new Set()

export function choose(name, value) {
  localStorage.setItem(KEPT + name, value)
  read()
}

/** Calls at once, and again after every change. */
export function onSettings(act) {
  listeners.add(act)
  act(settings)
}

export const tagOf = (language) => (language === 'zh' ? 'zh-CN' : 'en')

function read() {
  for (const [name, choices] of Object.entries(CHOICES)) {
    const kept = localStorage.getItem(KEPT + name)
    settings[name] = choices.includes(kept) ? kept : FALLBACK[name]
  }
  document.documentElement.lang = tagOf(settings.language)
  document.documentElement.dataset.theme = settings.theme
  for (const act of listeners) act(settings)
}

window.addEventListener('storage', read)
read()
