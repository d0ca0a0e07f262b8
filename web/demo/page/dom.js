/** Makes an element; children are elements or text, never markup. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-')) made.setAttribute(key, value)
    else made[key] = value
  }
  made.append(...children)
  return made
}
