/**
 * Every failure says what to do. `code` is a stable UPPER_SNAKE word (listed with its fix in README), `field`
 * the customer's or the request's field at fault. Messages carry no personal data and no secret: they end in
 * logs, link items and dead letters.
 */
type Details = { field?: string | undefined; cause?: unknown }

export abstract class SyncError extends Error {
  readonly code: string
  readonly field: string | undefined
  constructor(code: string, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.field = details.field
  }
}

/** The request is not what it claims to be, or not what this CRM sends. `status` is contract.md's answer. */
export class WebhookRejected extends SyncError {
  override readonly name = 'WebhookRejected'
  readonly status: 400 | 401 | 404 | 405 | 413 | 415
  constructor(status: WebhookRejected['status'], code: string, message: string) {
    super(code, message)
    this.status = status
  }
}

/**
 * It may work later: network, timeout, 408, 425, 429, 5xx. `afterSeconds` is the other side's own wish
 * (`Retry-After`); with `growing` it is the least, and the waits grow as ever. `counts` is false for throttling and
 * outages, which say nothing about this customer.
 * `ambiguous` is true when the other side may have carried out the call although we saw no answer.
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

/** This customer will never be accepted as it is: to the dead-letter queue, with the field and the reason. */
export class Rejected extends SyncError {
  override readonly name = 'Rejected'
}

/**
 * Our keys or settings are wrong (401, 403, wrong mode): nobody's customer is to blame, an operator is needed. `isCertain`
 * is false where something in between may have answered instead of the API, such as a firewall that dislikes what one
 * customer's record holds: then it counts as a try, and only several customers together tell that it is us.
 */
export class Misconfigured extends SyncError {
  override readonly name = 'Misconfigured'
  readonly isCertain: boolean
  constructor(code: string, message: string, details: Details & { isCertain?: boolean } = {}) {
    super(code, message, details)
    this.isCertain = details.isCertain ?? true
  }
}

/** Only an operator can say which provider customer is meant. `candidates` are provider customer ids. */
export class Undecided extends SyncError {
  override readonly name = 'Undecided'
  readonly candidates: readonly string[]
  constructor(code: string, message: string, candidates: readonly string[] = []) {
    super(code, message)
    this.candidates = candidates
  }
}
