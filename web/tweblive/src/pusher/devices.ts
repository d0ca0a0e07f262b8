// Cameras, microphones, screens: what a pusher asks of the browser.

/** `width x height` by the names of the rtc SDK. */
const PROFILES: Record<string, [number, number]> = {
  '360p': [640, 360],
  '480p': [640, 480],
  '720p': [1280, 720],
  '1080p': [1920, 1080],
}
const FRAMES_PER_S = 15

/** The wishes for a picture; 720p where the page does not say which. */
export function pictureOf(video: unknown, deviceId?: string): MediaTrackConstraints {
  const [width, height] = (typeof video === 'string' && Object.hasOwn(PROFILES, video) && PROFILES[video]) || PROFILES['720p']!
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: FRAMES_PER_S }, ...deviceOf(deviceId) }
}

export const deviceOf = (deviceId?: string): MediaTrackConstraints => (deviceId ? { deviceId: { exact: deviceId } } : {})

/** Absent where the page is not secure. */
export function media(): MediaDevices {
  const { mediaDevices } = navigator
  if (!mediaDevices) throw new DOMException('not a secure page (https)', 'NotSupportedError')
  return mediaDevices
}

export async function devices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  return (await media().enumerateDevices()).filter(device => device.kind === kind)
}

export interface Requirements {
  result: boolean
  detail: Record<string, boolean>
}

/** What the browser can, under the names of the rtc SDK. */
export function requirements(): Requirements {
  const has = (side: 'RTCRtpSender' | 'RTCRtpReceiver', codec: string): boolean =>
    globalThis[side]?.getCapabilities?.('video')?.codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`) ?? false
  const isWebRTCSupported = 'RTCPeerConnection' in globalThis
  const isMediaDevicesSupported = !!globalThis.navigator?.mediaDevices?.getUserMedia
  const detail = {
    isBrowserSupported: isWebRTCSupported && isMediaDevicesSupported,
    isWebRTCSupported,
    isMediaDevicesSupported,
    isH264EncodeSupported: has('RTCRtpSender', 'h264'),
    isVp8EncodeSupported: has('RTCRtpSender', 'vp8'),
    isH264DecodeSupported: has('RTCRtpReceiver', 'h264'),
    isVp8DecodeSupported: has('RTCRtpReceiver', 'vp8'),
  }
  const { isH264EncodeSupported, isVp8EncodeSupported } = detail
  return { result: detail.isBrowserSupported && (isH264EncodeSupported || isVp8EncodeSupported), detail }
}
