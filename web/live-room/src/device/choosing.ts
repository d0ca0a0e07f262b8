// Which device, and which one instead. Pure.
import type { Choice, Kind } from './types.js'

const KIND: Record<string, Kind> = { videoinput: 'camera', audioinput: 'microphone', audiooutput: 'speaker' }

/** The devices that can be chosen, by kind. Before somebody has allowed one, browsers tell no ids: then there are none. */
export function byKind(devices: readonly Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>[], nameless: (kind: Kind, number: number) => string): Record<Kind, Choice[]> {
  const lists: Record<Kind, Choice[]> = { camera: [], microphone: [], speaker: [] }
  for (const { kind, deviceId, label } of devices) {
    const list = lists[KIND[kind]!]
    if (list && deviceId) list.push({ deviceId, label: label || nameless(KIND[kind]!, list.length + 1) })
  }
  return lists
}

/** What may be wrong, from storage, as choices. */
export function readChoices(value: unknown): Partial<Record<Kind, Choice>> {
  const read = (value ?? {}) as Record<string, Partial<Choice> | null>
  const choices = (['camera', 'microphone', 'speaker'] as const).flatMap(kind => {
    const { deviceId, label } = read[kind] ?? {}
    return typeof deviceId === 'string' && deviceId ? [[kind, { deviceId, label: typeof label === 'string' ? label : '' }] as const] : []
  })
  return Object.fromEntries(choices)
}

/** Is a device that was in use away? Where nothing is listed by id nobody knows. */
export const isGone = (list: readonly Choice[], deviceId: string | undefined): boolean => Boolean(deviceId) && list.length > 0 && list.every(choice => choice.deviceId !== deviceId)

/**
 * A device in use has ended. If it is still listed, somebody took it away on purpose (the browser's own button, another
 * program): then nothing else is switched on behind his back. If it is not, it was unplugged: the first of the others.
 */
export function afterLoss(list: readonly Choice[], deviceId: string | undefined): { take: Choice } | { reason: 'unplugged' | 'stopped' } {
  if (list.length === 0) return { reason: 'unplugged' }
  return isGone(list, deviceId) ? { take: list[0]! } : { reason: 'stopped' }
}
