import type { RoomAddress } from './player/url.js'

/** Raises an event (`EVENT.RTC_...`) on the player or pusher that the adapter works for. */
export type Tell = (name: string, data?: unknown) => void

/** Something that was begun, until it is stopped. */
export interface Running {
  stop(): void | Promise<void>
}

/** What a page gives to a pusher or player that is to speak with an rtc service: WHIP and WHEP, LiveKit, ... */
export interface RtcAdapter {
  /** Sends a stream. `replaceTrack` is called when camera, microphone or screen change meanwhile. */
  push?(room: RoomAddress, stream: MediaStream, tell: Tell): Promise<Running & { replaceTrack?(kind: 'audio' | 'video', track: MediaStreamTrack | undefined): void | Promise<void> }>
  /** Receives what is sent in a room. */
  play?(room: RoomAddress, tell: Tell): Promise<Running & { stream: MediaStream }>
}
