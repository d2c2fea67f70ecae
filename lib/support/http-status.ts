/**
 * What an HTTP status asks of us, the same for every API we call:
 * `ok` · `throttled` slow down, nothing was done · `unavailable` down for everybody · `failed` it broke, and may have
 * been carried out · `busy` try again, nothing was done · `refused` this request will never be accepted · `denied` our
 * keys or settings are wrong.
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
  // Redirects are never followed: one means a wrong path, a wrong host or a missing Accept header.
  3: 'denied',
  4: 'refused',
  5: 'failed',
}

/** `exceptions` are the statuses that one API uses in its own way. A status HTTP does not know counts as `failed`. */
export function classifyStatus(status: number, exceptions: StatusTable = {}): StatusClass {
  return exceptions[status] ?? exact[status] ?? hundreds[Math.floor(status / 100)] ?? 'failed'
}
