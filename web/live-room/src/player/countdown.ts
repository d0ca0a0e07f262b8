import { localeOf, type Language } from '../base/words.js'

const DAY_MS = 86_400_000

/** A time from an attribute: milliseconds since 1970, or a date as ISO 8601 writes it. NaN for anything else. */
export const timeOf = (value: string): number => (/^\d+$/.test(value) ? Number(value) : Date.parse(value))

export type Countdown = { is: 'soon' } | { is: 'in' | 'at'; text: string }

/** What to say of a beginning at `at`: a clock that runs on the last day, before that the date. */
export function countdown(at: number, now: number, language: Language): Countdown | undefined {
  if (Number.isNaN(at)) return undefined
  if (at <= now) return { is: 'soon' }
  if (at - now < DAY_MS) return { is: 'in', text: clockOf((at - now) / 1000) }
  return { is: 'at', text: new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' }).format(at) }
}

/** 1:02:03, 02:03. */
export function clockOf(seconds: number): string {
  const whole = Math.ceil(seconds)
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map(part => String(part).padStart(2, '0'))
  if (whole >= 3600) parts.unshift(String(Math.floor(whole / 3600)))
  return parts.join(':')
}
