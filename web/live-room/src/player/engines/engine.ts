import type { Live } from '../edge.js'
import type { ReadyLine } from '../lines.js'

/** What an engine tells the player. */
export interface EngineReports {
  /** The stream has failed; the player connects again, or takes the next line if that would not help (`isHopeless`). */
  failed(message: string, isHopeless?: boolean): void
  /** Its qualities, or the one in force, have changed. */
  changed(): void
}

/** Something that plays one kind of line in a video element. */
export interface Engine {
  /** Where we are in a broadcast; `undefined` for what is none. */
  live?(): Live | undefined
  /** What the reader may choose from. */
  readonly qualities?: readonly string[]
  /** The one that he has chosen; -1: the engine decides. */
  quality?: number
  /** Lets go of the video and of everything else. */
  stop(): void
}

/** Begins to play. May throw: then the line is hopeless. */
export type StartEngine = (video: HTMLVideoElement, line: ReadyLine, reports: EngineReports) => Engine | Promise<Engine>

export type Engines = Record<string, StartEngine>

/** The seconds that lie in the buffer from here on. */
export function aheadOf({ buffered, currentTime }: HTMLMediaElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.1 && buffered.end(index) > currentTime) return buffered.end(index) - currentTime
  }
  return 0
}
