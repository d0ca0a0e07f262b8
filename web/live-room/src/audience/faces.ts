// Those who came or spoke last.
import type { Person } from '../model/types.js'

/** The newest first, everyone once. */
export function recent(people: readonly Person[], more: readonly Person[], most: number): Person[] {
  const seen = new Set<string>()
  return [...more, ...people].filter(({ userId }) => userId !== '' && !seen.has(userId) && seen.add(userId)).slice(0, most)
}

export function without<Row extends Person>(people: readonly Row[], gone: readonly Person[]): Row[] {
  const ids = new Set(gone.map(({ userId }) => userId))
  return people.filter(({ userId }) => !ids.has(userId))
}
