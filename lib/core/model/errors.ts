/**
 * Every failure is one of these classes, and its class decides what happens to the change. `code` is stable and listed in
 * README; `field` is the field of the customer or request that caused it, `status` the HTTP status that the provider or CRM
 * answered with. Messages contain no personal data and no secrets,
 * because they are logged and saved in links and dead letters.
 */
type Details = { field?: string | undefined; status?: number | undefined; cause?: unknown }

export abstract class SyncError extends Error {
  readonly code: string
  readonly field: string | undefined
  readonly status: number | undefined
  constructor(code: string, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.field = details.field
    this.status = details.status
  }
}

/** The webhook is not authentic or not in this CRM's format. `status` is the HTTP status of the answer. */
export class WebhookRejected extends SyncError {
  override readonly name = 'WebhookRejected'
  override readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415
  constructor(status: WebhookRejected['status'], code: string, message: string) {
    super(code, message)
    this.status = status
  }
}

/**
 * It may work later: network errors, timeouts, 408, 425, 429, 5xx. `afterSeconds` is the wait that the other side asked for
 * (`Retry-After`); with `growing` it is a minimum, and the usual waits apply. `counts` is false for throttling and outages,
 * which are not due to this customer. `ambiguous` is true when the call may have been carried out although there was no
 * response.
 */
export class RetryLater extends SyncError {
  override readonly name = 'RetryLater'
  readonly afterSeconds: number | undefined
  readonly growing: boolean
  readonly counts: boolean
  readonly ambiguous: boolean
  constructor(
    code: string,
    message: string,
    details: Details & {
      afterSeconds?: number | undefined
      growing?: boolean
      counts?: boolean
      ambiguous?: boolean
    } = {},
  ) {
    super(code, message, details)
    this.afterSeconds = details.afterSeconds
    this.growing = details.growing ?? false
    this.counts = details.counts ?? true
    this.ambiguous = details.ambiguous ?? false
  }
}

/** The customer will not be accepted as it is. Dead-lettered at once, with the field and the reason. */
export class Rejected extends SyncError {
  override readonly name = 'Rejected'
}

/**
 * Our keys or settings are wrong (401, 403, wrong mode), and an operator must act. `isCertain` is false where a firewall may
 * have answered instead of the API, because of what one record contains. Such a failure counts as a try, and pauses the
 * provider only if another record is refused, too.
 */
export class Misconfigured extends SyncError {
  override readonly name = 'Misconfigured'
  readonly isCertain: boolean
  constructor(code: string, message: string, details: Details & { isCertain?: boolean } = {}) {
    super(code, message, details)
    this.isCertain = details.isCertain ?? true
  }
}

/** An operator must decide which provider customer is meant. `candidates` are provider customer ids. */
export class Undecided extends SyncError {
  override readonly name = 'Undecided'
  readonly candidates: readonly string[]
  constructor(code: string, message: string, candidates: readonly string[] = []) {
    super(code, message)
    this.candidates = candidates
  }
}
