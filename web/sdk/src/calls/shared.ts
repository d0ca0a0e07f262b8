// Attributes and counters: what the members of a room share.
import type { Core } from '../core.js'
import { roomId } from '../core.js'
import { CODE, IMError } from '../errors.js'
import type { Room } from '../room/room.js'
import type { Values } from '../wire.js'

type Texts = Record<string, string>
type Numbers = Record<string, number>

function enter(core: Core, groupID: string, what: Parameters<Core['windows']['enter']>[0]): Room {
  core.needLogin()
  const room = core.room(groupID, CODE.NOT_JOINED)
  core.windows.enter(what)
  return room
}

const pick = <T>(values: Record<string, T>, keys: string[] = []): Record<string, T> =>
  keys.length === 0 ? { ...values } : Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)))

/** Writes, and tells the server which version we know: if somebody else was faster, it answers 10056. */
async function write(core: Core, groupID: string, op: string, members: object): Promise<void> {
  const room = enter(core, groupID, 'write attributes')
  const answer = await core.ask<Values<string>>(op, { room: room.id, seen: room.attributes.version, ...members })
  // The news to all may have come before the answer, with something newer.
  if (answer.version > room.attributes.version) room.attributes = answer
}

function texts(values: Texts): Texts {
  if (!values || !Object.values(values).every(value => typeof value === 'string')) {
    throw new IMError(CODE.BAD_PARAMETER, 'groupAttributes must be texts')
  }
  return values
}

export async function initAttributes(core: Core, { groupID, groupAttributes }: { groupID: string; groupAttributes: Texts }) {
  await write(core, groupID, 'replace_attributes', { values: texts(groupAttributes) })
  return { groupAttributes }
}

export async function setAttributes(core: Core, { groupID, groupAttributes }: { groupID: string; groupAttributes: Texts }) {
  await write(core, groupID, 'set_attributes', { values: texts(groupAttributes) })
  return { groupAttributes }
}

export async function deleteAttributes(core: Core, { groupID, keyList = [] }: { groupID: string; keyList?: string[] }) {
  await write(core, groupID, 'delete_attributes', { keys: keyList })
  return { keyList }
}

export async function getAttributes(core: Core, { groupID, keyList }: { groupID: string; keyList?: string[] }) {
  const room = enter(core, groupID, 'read attributes')
  const answer = await core.ask<Values<string>>('attributes', { room: room.id })
  if (answer.version >= room.attributes.version) room.attributes = answer
  return { groupAttributes: pick(answer.values, keyList) }
}

function numbers(values: Numbers): Numbers {
  if (!values || !Object.values(values).every(Number.isSafeInteger)) {
    throw new IMError(CODE.BAD_PARAMETER, 'counters must be whole numbers up to 2^53 - 1')
  }
  return values
}

export async function setCounters(core: Core, { groupID, counters }: { groupID: string; counters: Numbers }) {
  const { id } = enter(core, groupID, 'write counters')
  const { values } = await core.ask<{ values: Numbers }>('set_counters', { room: id, values: numbers(counters) })
  return { counters: values }
}

/** Never asked twice: it may have been counted. */
export async function addCounter(core: Core, { groupID, key, value }: { groupID: string; key: string; value: number }, sign: 1 | -1) {
  const { id } = enter(core, groupID, 'write counters')
  const { values } = await core.ask<{ values: Numbers }>('add_counters', { room: id, values: numbers({ [key]: sign * value }) }, { again: false })
  return { counters: values }
}

export async function getCounters(core: Core, { groupID, keyList }: { groupID: string; keyList?: string[] }) {
  const { id } = enter(core, groupID, 'read counters')
  const { values } = await core.ask<Values<number>>('counters', { room: roomId(id) })
  return { counters: pick(values, keyList) }
}
