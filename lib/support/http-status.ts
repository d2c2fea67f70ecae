/**
 * What an HTTP status means for the caller, the same for every API: `ok` · `throttled`: slow down, nothing was done ·
 * `unavailable`: down for all callers · `failed`: server error, and the request may have been carried out · `busy`:
 * try again, nothing was done · `refused`: this request will never be accepted · `denied`: our keys or settings are
 * wrong.
 */
export type StatusClass = 'ok' | 'throttled' | 'unavailable' | 'failed' | 'busy' | 'refused' | 'denied'
export type StatusTable = Readonly<Record<number, StatusClass>>

const exact: StatusTable = {
  401: 'denied',
  403: 'denied',
  408: 'failed',
  425: 'busy',
  429: 'throttled',
  503: 'unavailable',
}

const hundreds: StatusTable = {
  2: 'ok',
  // Redirects are not followed. A redirect means a wrong path, a wrong host or a missing Accept header.
  3: 'denied',
  4: 'refused',
  5: 'failed',
}

/** `exceptions` are statuses that one API uses in its own way. A non-standard status counts as `failed`. */
export function classifyStatus(status: number, exceptions: StatusTable = {}): StatusClass {
  return exceptions[status] ?? exact[status] ?? hundreds[Math.floor(status / 100)] ?? 'failed'
}
