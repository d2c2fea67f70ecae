import { Misconfigured, Rejected, RetryLater, type SyncError, Undecided } from '../core/model/errors.ts'
import type { HttpResponse } from '../support/http.ts'
import type { StatusClass } from '../support/http-status.ts'
import { isObject } from '../support/json.ts'
import { retryAfterSeconds } from '../support/retry-after.ts'
import type { Api, ApiCall } from './api.ts'
import { parseJson, readErrorBody } from './error-body.ts'
import { ownKeys } from './metadata.ts'
import { repeatError } from './repeat-error.ts'

type Facts = {
  readonly says: string
  readonly status: number
  readonly field: string | undefined
  readonly ambiguous: boolean
  readonly afterSeconds: number | undefined
  /** The answer is the API's own, not that of something in between. */
  readonly isApis: boolean
}

const failures: Record<Exclude<StatusClass, 'ok'>, (facts: Facts) => SyncError> = {
  throttled: ({ says, afterSeconds }) => new RetryLater('THROTTLED', says, { afterSeconds, counts: false }),
  unavailable: ({ says, afterSeconds, ambiguous }) =>
    new RetryLater('PROVIDER_UNAVAILABLE', says, { afterSeconds, ambiguous, counts: false }),
  failed: ({ says, afterSeconds, ambiguous }) =>
    new RetryLater('PROVIDER_FAILED', says, { afterSeconds, ambiguous }),
  busy: ({ says, afterSeconds }) => new RetryLater('PROVIDER_BUSY', says, { afterSeconds }),
  refused: ({ says, field }) =>
    new Rejected('REFUSED_BY_PROVIDER', `${says}; correct the record in the CRM`, { field }),
  denied: ({ says, status, isApis }) => {
    if (status < 400) {
      const message = `${says}; redirects are not followed: check the API URL`
      return new Misconfigured('REDIRECTED', message, { isCertain: false })
    }
    if (status === 401 || isApis)
      return new Misconfigured('KEY_REFUSED', `${says}; check the key and its mode`)
    const message = `${says}, which is not its API's own answer: a firewall may have blocked what the record contains`
    return new Misconfigured('BLOCKED_ON_THE_WAY', message, { isCertain: false })
  },
}

/** What an answer that is no success means for the change; nothing of the customer is repeated. */
export function failureOf(
  kind: Exclude<StatusClass, 'ok'>,
  api: Api,
  call: ApiCall,
  response: HttpResponse,
): SyncError {
  const { status } = response
  const error = readErrorBody(response.text)
  const { text, field } = repeatError(error, call.body && [...textsIn(call.body), keyIn(api.headers)])
  const says = `${api.title} answered ${status} to ${call.method}${text}`
  // WooshPay: the key was used before with another body. On 409 the first request is merely still under way.
  if (error.type === 'idempotency_error' && status !== 409) {
    return new Undecided('IDEMPOTENCY_CONFLICT', `${says}; find the customer at the provider and attach it`)
  }
  return failures[kind]({
    says,
    status,
    field,
    ambiguous: call.method !== 'GET',
    afterSeconds: retryAfterSeconds(response.headers, api.clock.now(), status),
    isApis: isObject(parseJson(response.text)),
  })
}

/** The words that our key may be mistaken for; the prefix, which says what kind of key it is, is not secret. */
function keyIn({ authorization = '' }: Readonly<Record<string, string>>): string {
  const basic = /^Basic (\S+)$/.exec(authorization)?.[1]
  const key = basic ? Buffer.from(basic, 'base64').toString('utf8') : authorization
  return key.match(/[a-z]{5,}/gi)?.join(' ') ?? ''
}

/** All texts in a body, and the metadata keys that are not ours. The record's type is not personal. */
function textsIn(value: unknown, isMetadata = false): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => [
    ...(isMetadata && !ownKeys.has(name) ? [name] : []),
    ...textsIn(name === 'crm_record' ? String(item).replace(/^\w+:/, '') : item, name === 'metadata'),
  ])
}
