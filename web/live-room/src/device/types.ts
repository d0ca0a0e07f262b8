// What the device test tells.

/** What is chosen from a list. */
export type Kind = 'camera' | 'microphone' | 'speaker'

/** What is looked at. */
export type Part = Kind | 'browser' | 'connection'

export const PARTS: readonly Part[] = ['camera', 'microphone', 'speaker', 'browser', 'connection']

/** Why a camera or a microphone cannot be had, or is there no more. */
export type DeviceReason =
  | 'denied'
  | 'dismissed'
  | 'system'
  | 'policy'
  | 'insecure'
  | 'unsupported'
  | 'no-device'
  | 'in-use'
  | 'constraint'
  | 'broken'
  | 'unplugged'
  | 'stopped'

/** Why a camera that could be had is of no use, and a microphone. `muted` is by a switch, or by the system. */
export type SightReason = 'black' | 'muted' | 'no-picture'
export type SoundReason = 'silent' | 'quiet' | 'muted'

export type SpeakerReason = 'not-heard' | 'broken'
export type BrowserReason = 'insecure' | 'no-capture' | 'no-webrtc' | 'no-h264'
export type ConnectionReason = 'offline' | 'no-answer' | 'slow'

export type Reason = DeviceReason | SightReason | SoundReason | SpeakerReason | BrowserReason | ConnectionReason

/** A device by the browser's id and name for it. */
export interface Choice {
  deviceId: string
  label: string
}

/** What became of one part. */
export interface PartResult {
  state: 'ok' | 'failed' | 'skipped'
  /** With `failed`: why. With `skipped`: `not-tested`, or `no-room` where there is no connection to test. */
  reason?: Reason | 'not-tested' | 'no-room'
  deviceId?: string
  label?: string
}

export type DeviceTestResult = Record<Part, PartResult>
