// Is somebody heard? From the levels of a microphone over time. Pure.
import type { SoundReason } from './types.js'

/** Speech beside a laptop is at -40 to -20 dBFS (RMS), a quiet room under -55 with the browser's own noise suppression. */
const SPEECH_DB = -45
/** Nothing but the zeros of a microphone that is switched off. */
const DEAD_DB = -80
/** A syllable or two; a knock is shorter. */
const SPEECH_MS = 300
/** For how long nothing may be heard. */
const PATIENCE_MS = 5000
/** No step counts for more: a page out of sight is hardly called. */
const STEP_MS_MAX = 250
/** Where the meter begins. */
const METER_DB = -60

export interface Hearing {
  state: 'waiting' | 'heard' | Exclude<SoundReason, 'muted'>
  speechMs: number
  waitedMs: number
  loudestDb: number
}

export const unheard: Readonly<Hearing> = { state: 'waiting', speechMs: 0, waitedMs: 0, loudestDb: -Infinity }

/** `ms` have passed since the last call. Once somebody was heard it stays so. */
export function heardAfter(hearing: Hearing, db: number, ms: number): Hearing {
  if (hearing.state === 'heard') return hearing
  const step = Math.min(ms, STEP_MS_MAX)
  const isSpeech = db >= SPEECH_DB
  // Between words it sinks, by half: who speaks is heard after some words, who taps on the table is not.
  const speechMs = Math.max(0, hearing.speechMs + (isSpeech ? step : -step / 2))
  const waitedMs = hearing.waitedMs + step
  const loudestDb = Math.max(hearing.loudestDb, db)
  const late = loudestDb > DEAD_DB ? 'quiet' : 'silent'
  const state = speechMs >= SPEECH_MS ? 'heard' : waitedMs >= PATIENCE_MS ? late : 'waiting'
  return { state, speechMs, waitedMs, loudestDb }
}

/** Samples from -1 to 1, as their level: 0 dBFS is a square wave of full height. */
export function decibels(samples: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < samples.length; index += 1) sum += samples[index]! ** 2
  return samples.length > 0 && sum > 0 ? 10 * Math.log10(sum / samples.length) : -Infinity
}

/** 0 to 100, for a meter. */
export const meterOf = (db: number): number => Math.round(Math.min(100, Math.max(0, (1 - db / METER_DB) * 100)))

/** How a level is told in words. */
export const loudness = (meter: number): 'none' | 'low' | 'good' | 'high' => (meter < 3 ? 'none' : meter < 25 ? 'low' : meter < 92 ? 'good' : 'high')
