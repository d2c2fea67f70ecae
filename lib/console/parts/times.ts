import { relativeTime } from '../../operator/advice/relative-time.ts'
import { type Html, html } from './html.ts'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })

/** In the time zone of this machine, which is the one of the browser. */
export const clockTime = (at: Date): string => clock.format(at)
export const minuteTime = (at: Date): string => minute.format(at)
export const dayName = (at: Date): string => longDay.format(at)
export const shortDay = (at: Date): string => day.format(at)

/** `12:53:04` today, `24 Nov 12:53` before; the whole time in UTC on hover. A dash for null. */
export function timeOfDay(time: string | null, now: Date): Html {
  if (time === null || Number.isNaN(Date.parse(time))) return html`–`
  const at = new Date(time)
  const isToday = day.format(at) === day.format(now)
  const text = isToday ? clock.format(at) : `${day.format(at)} ${minute.format(at)}`
  return html`<time datetime="${time}" title="${time}">${text}</time>`
}

/** `3 min ago`, with the whole time on hover. A dash for null. */
export function ago(time: string | null, now: Date): Html {
  if (time === null) return html`–`
  return html`<time datetime="${time}" title="${time}">${relativeTime(time, now)}</time>`
}

/** `4 s`, `12 min`, `3 h`, `2 d`; a dash for null. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** `640 ms`, `1.2 s`, then as `duration`; a dash for null. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '–'
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms / 1000)
}
