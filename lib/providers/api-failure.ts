import { Misconfigured, Rejected, RetryLater, type SyncError, Undecided } from '../core/model/errors.ts'
import type { HttpResponse } from '../support/http.ts'
import type { StatusClass } from '../support/http-status.ts'
import { answeredJson, isObject } from '../support/json.ts'
import { retryAfterSeconds } from '../support/retry-after.ts'
import type { Api, ApiCall } from './api.ts'
import { readErrorBody } from './error-body.ts'
import { ownKeys } from './metadata.ts'
import { repeatError } from './repeat-error.ts'

type Facts = {
  readonly says: string
  readonly status: number
  readonly field: string | undefined
  readonly ambiguous: boolean
  readonly afterSeconds: number | undefined
  /** The API itself answered, not a proxy or firewall in front of it. */
  readonly isApis: boolean
}

const failures: Record<Exclude<StatusClass, 'ok'>, (facts: Facts) => SyncError> = {
  throttled: ({ says, status, afterSeconds }) =>
    new RetryLater('THROTTLED', says, { status, afterSeconds, counts: false }),
  unavailable: ({ says, status, afterSeconds, ambiguous }) =>
    new RetryLater('PROVIDER_UNAVAILABLE', says, { status, afterSeconds, ambiguous, counts: false }),
  failed: ({ says, status, afterSeconds, ambiguous }) =>
    new RetryLater('PROVIDER_FAILED', says, { status, afterSeconds, ambiguous }),
  busy: ({ says, status, afterSeconds }) => new RetryLater('PROVIDER_BUSY', says, { status, afterSeconds }),
  refused: ({ says, status, field }) =>
    new Rejected('REFUSED_BY_PROVIDER', `${says}; correct the record in the CRM`, { status, field }),
  denied: ({ says, status, isApis }) => {
    if (status < 400) {
      const message = `${says}; redirects are not followed: check the API URL`
      return new Misconfigured('REDIRECTED', message, { status, isCertain: false })
    }
    if (status === 401 || isApis)
      return new Misconfigured('KEY_REFUSED', `${says}; check the key and its mode`, { status })
    const message = `${says}, but not with an API response: a firewall may have blocked the content of the record`
    return new Misconfigured('BLOCKED_ON_THE_WAY', message, { status, isCertain: false })
  },
}

/** Classifies an unsuccessful response. The error contains no customer data. */
export function failureOf(
  kind: Exclude<StatusClass, 'ok'>,
  api: Api,
  call: ApiCall,
  response: HttpResponse,
): SyncError {
  const { status } = response
  const error = readErrorBody(response.text)
  const sent = call.body && [...textsIn(call.body), keyIn(api.headers)]
  const { text, field } = repeatError(error, sent, api.errors)
  const says = `${api.title} answered ${status} to ${call.method}${text}`
  // WooshPay: the key was used before with another body. A 409 only means that the first request is still in progress.
  if (error.type === 'idempotency_error' && status !== 409) {
    return new Undecided('IDEMPOTENCY_CONFLICT', `${says}; find the customer at the provider and attach it`)
  }
  return failures[kind]({
    says,
    status,
    field,
    ambiguous: call.method !== 'GET',
    afterSeconds: retryAfterSeconds(response.headers, api.clock.now(), status),
    isApis: isObject(answeredJson(response.text)),
  })
}

/** Words that could reveal our key. The prefix, which states the kind of key, is not secret. */
function keyIn({ authorization = '' }: Readonly<Record<string, string>>): string {
  const basic = /^Basic (\S+)$/.exec(authorization)?.[1]
  const key = basic ? Buffer.from(basic, 'base64').toString('utf8') : authorization
  return key.match(/[a-z]{5,}/gi)?.join(' ') ?? ''
}

/** All texts in a body, and the metadata keys that the CRM chose. The record type is not personal data. */
function textsIn(value: unknown, isMetadata = false): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => [
    ...(isMetadata && !ownKeys.has(name) ? [name] : []),
    ...textsIn(name === 'crm_record' ? String(item).replace(/^\w+:/, '') : item, name === 'metadata'),
  ])
}
