// Camera and microphone as the browser gives them.
import { reasonOf } from './reasons.js'
import type { Choice, DeviceReason } from './types.js'

export type Captured = 'camera' | 'microphone'

/** What most broadcasts have; what a camera cannot do is no reason to refuse it. */
const PICTURE: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } }

export const wishes = (kind: Captured, choice: Choice | undefined): MediaStreamConstraints => {
  const device = choice ? { deviceId: { exact: choice.deviceId } } : {}
  return kind === 'camera' ? { video: { ...PICTURE, ...device } } : { audio: device }
}

/** Rejected where the page gets nothing at all: not secure, or an old browser. */
export async function ask(wish: MediaStreamConstraints): Promise<MediaStream> {
  const { mediaDevices } = navigator
  if (!mediaDevices?.getUserMedia) throw new DOMException('no getUserMedia', 'NotSupportedError')
  return mediaDevices.getUserMedia(wish)
}

export async function permissionOf(name: Captured): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state
  } catch {
    return undefined // this browser does not tell
  }
}

/** Chromium alone lets a page ask, by the policy's old name or its new one. */
interface Policy {
  allowsFeature(name: string): boolean
}
const policy = (): Policy | undefined => {
  const page = document as Document & { permissionsPolicy?: Policy; featurePolicy?: Policy }
  return page.permissionsPolicy ?? page.featurePolicy
}

export async function whyNot(kind: Captured, error: unknown): Promise<DeviceReason> {
  return reasonOf(error as Error, {
    isSecure: globalThis.isSecureContext,
    canAsk: Boolean(navigator.mediaDevices?.getUserMedia),
    isAllowed: policy()?.allowsFeature(kind),
    permission: await permissionOf(kind),
  })
}

/** The device that was asked for by its id is not there. */
export const isElsewhere = (error: unknown): boolean => ['OverconstrainedError', 'NotFoundError'].includes((error as Error).name)
