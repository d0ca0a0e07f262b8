// What it means that the browser gives no camera or microphone. Pure.
import type { DeviceReason } from './types.js'

/** What is known beside the error. */
export interface Circumstances {
  isSecure: boolean
  /** Whether the browser knows `getUserMedia`. */
  canAsk: boolean
  /** What the Permissions-Policy says, where the browser tells. */
  isAllowed?: boolean | undefined
  /** What the browser keeps of the user's will, where it tells. */
  permission?: PermissionState | undefined
}

/** Names of the standard, and those that browsers had before it. */
const BY_NAME: Record<string, DeviceReason> = {
  SecurityError: 'policy',
  NotFoundError: 'no-device',
  DevicesNotFoundError: 'no-device',
  NotReadableError: 'in-use',
  TrackStartError: 'in-use',
  OverconstrainedError: 'constraint',
  ConstraintNotSatisfiedError: 'constraint',
  NotSupportedError: 'unsupported',
}

/** Somebody, or something, has said no. */
const isRefusal = (errorName: string | undefined): boolean => errorName === 'NotAllowedError' || errorName === 'PermissionDeniedError'

export function reasonOf({ name = '', message = '' }: { name?: string; message?: string }, { isSecure, canAsk, isAllowed, permission }: Circumstances): DeviceReason {
  if (!isSecure) return 'insecure'
  if (!canAsk) return 'unsupported'
  if (!isRefusal(name)) return BY_NAME[name] ?? 'broken'
  if (isAllowed === false) return 'policy'
  // Chromium tells in words only that the operating system has refused.
  if (/\bsystem\b/i.test(message)) return 'system'
  return permission === 'prompt' || /dismiss/i.test(message) ? 'dismissed' : 'denied'
}

/**
 * Camera and microphone were asked for at once, and refused: is one of them worth a question alone? After a "no" only
 * where the browser asks nobody any more; everything else may be the fault of one of them.
 */
export function isWorthAsking(errorName: string | undefined, permission: PermissionState | undefined): boolean {
  return !isRefusal(errorName) || permission === 'granted'
}
