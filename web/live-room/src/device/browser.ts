// What a browser must be able to do before somebody can go live with it.
import type { BrowserReason } from './types.js'

export interface Abilities {
  isSecure: boolean
  capture: boolean
  webrtc: boolean
  h264: boolean
  /** Nobody needs it who has a camera; phones have none. */
  screen: boolean
}

export function readAbilities(): Abilities {
  const { mediaDevices } = navigator
  return {
    isSecure: globalThis.isSecureContext,
    capture: typeof mediaDevices?.getUserMedia === 'function',
    webrtc: 'RTCPeerConnection' in globalThis,
    h264: globalThis.RTCRtpSender?.getCapabilities?.('video')?.codecs.some(({ mimeType }) => mimeType.toLowerCase() === 'video/h264') ?? false,
    screen: typeof mediaDevices?.getDisplayMedia === 'function',
  }
}

/** What is missing, the cause before what follows from it. */
export function lacking({ isSecure, capture, webrtc, h264 }: Abilities): BrowserReason | undefined {
  if (!isSecure) return 'insecure'
  if (!capture) return 'no-capture'
  if (!webrtc) return 'no-webrtc'
  return h264 ? undefined : 'no-h264'
}
