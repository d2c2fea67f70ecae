type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** The longest wait, whatever the header says: one day. */
const longest = 86_400
/** 2001 as seconds since 1970. A smaller value is a wait, not a time. */
const firstEpoch = 1e9

/**
 * How many seconds the server asks us to wait: `Retry-After` (seconds or an HTTP date, RFC 9110 §10.2.3), else on 429
 * `X-RateLimit-Reset` (epoch seconds at Notch Pay, seconds to wait at others). Undefined when neither is present.
 */
export function retryAfterSeconds(headers: Headers, now: Date, status = 429): number | undefined {
  const retryAfter = first(headers['retry-after'])
  const asked = retryAfter === undefined ? undefined : secondsOrDate(retryAfter, now)
  if (asked !== undefined) return bounded(asked)
  const reset = Number(first(headers['x-ratelimit-reset']) || Number.NaN)
  if (status !== 429 || !Number.isFinite(reset)) return undefined
  return bounded(reset >= firstEpoch ? reset - now.getTime() / 1000 : reset)
}

function secondsOrDate(value: string, now: Date): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  const at = /^[A-Za-z]{3,9},/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : (at - now.getTime()) / 1000
}

const first = (value: string | readonly string[] | undefined): string | undefined =>
  (typeof value === 'string' ? value : value?.[0])?.trim()

const bounded = (seconds: number): number => Math.min(longest, Math.max(0, Math.ceil(seconds)))
