// Writes docs/elements/TAG.md: what stands in `docs/TAG.md` here, and tables of what the element's class says of itself.
//
//   node docs.mjs
import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const OUT = path.join(here, '../../docs/elements')
const BASE = 'LiveElement'

const { modules } = JSON.parse(await readFile(path.join(here, 'dist/custom-elements.json'), 'utf8'))
const elements = modules.flatMap(({ declarations = [] }) => declarations).filter(({ tagName }) => tagName)

/** Pages by file name. */
export async function pages() {
  const intros = await readdir(path.join(here, 'docs'))
  const missing = intros.filter(file => !elements.some(({ tagName }) => `${tagName}.md` === file))
  if (missing.length > 0) throw new Error(`docs/${missing[0]} is of no element`)
  const all = await Promise.all(intros.map(async file => [file, await page(elements.find(({ tagName }) => `${tagName}.md` === file))]))
  return new Map(all)
}

async function page(element) {
  const intro = await readFile(path.join(here, 'docs', `${element.tagName}.md`), 'utf8')
  const own = ({ inheritedFrom }) => inheritedFrom?.name !== BASE
  const named = ({ name }) => name && name !== 'name' // the base tells events by a variable
  const fields = (element.members ?? []).filter(member => member.kind === 'field' && isPublic(member) && own(member) && member.description)
  const methods = (element.members ?? []).filter(member => member.kind === 'method' && isPublic(member) && own(member) && member.description && !LIFE.includes(member.name))
  const parts = [
    `<!-- Written by \`npm run docs\` in web/live-room: change the class or web/live-room/docs/${element.tagName}.md. -->`,
    `# \`<${element.tagName}>\``,
    intro.trim(),
    table('Properties', ['Attribute', 'Property', 'Type', 'Default', ''], fields.map(({ attribute, name, type, default: value, description }) => [code(attribute), code(name), code(type?.text), code(value), description])),
    `Which room, who, and in which language: see [what all elements have in common](README.md#in-common).`,
    table('Methods', ['Method', ''], methods.map(method => [code(signature(method)), method.description])),
    table('Events', ['Event', '`detail`, and when'], (element.events ?? []).filter(event => named(event) && own(event)).map(({ name, description }) => [code(name), description])),
    table('Slots', ['Slot', ''], (element.slots ?? []).map(({ name, description }) => [name ? code(name) : 'default', description])),
    table('Parts', ['`::part()`', ''], (element.cssParts ?? []).map(({ name, description }) => [code(name), description])),
    table('Custom properties', ['Property', 'Default', ''], (element.cssProperties ?? []).map(({ name, default: value, description }) => [code(name), code(value), description])),
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

/** What Lit calls, not pages. */
const LIFE = ['connectedCallback', 'disconnectedCallback', 'render', 'updated', 'firstUpdated', 'willUpdate', 'createRenderRoot']

const isPublic = ({ privacy, name, static: isStatic }) => (privacy ?? 'public') === 'public' && !name.startsWith('#') && !name.startsWith('_') && !isStatic

const signature = ({ name, parameters = [] }) => `${name}(${parameters.map(({ name, optional }) => (optional ? `${name}?` : name)).join(', ')})`

const code = text => (text ? `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}\`` : '')

function table(title, heads, rows) {
  if (rows.length === 0) return ''
  const cell = text => (text ?? '').replace(/\s*\n\s*/g, ' ').replace(/(?<!\\)\|/g, '\\|')
  const line = cells => `| ${cells.map(cell).join(' | ')} |`
  return [`## ${title}`, '', line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(OUT, { recursive: true })
  for (const [file, text] of await pages()) await writeFile(path.join(OUT, file), text)
}
