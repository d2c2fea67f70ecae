import { Misconfigured, Rejected, RetryLater, type SyncError, Undecided } from '../core/model/errors.ts'
import type { ProviderCustomerId } from '../core/model/provider.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { Payload } from '../core/ports/payment-provider.ts'
import { type HttpRequest, type HttpResponse, sendRequest } from '../support/http.ts'
import { classifyStatus, type StatusClass, type StatusTable } from '../support/http-status.ts'
import { isObject } from '../support/json.ts'
import { retryAfterSeconds } from '../support/retry-after.ts'
import { parseJson, readErrorBody } from './error-body.ts'
import { ownKeys } from './metadata.ts'
import { repeatError } from './repeat-error.ts'

/** A provider's API: where it is, what every call carries, and the statuses it uses in its own way. */
export type Api = {
  readonly title: string
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly statuses?: StatusTable
}

export type ApiCall = {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly body?: Payload
  readonly headers?: Readonly<Record<string, string>>
}

/** `found` is false for the 404 of a call about one customer. `body` is undefined when it is not JSON. */
export type ApiAnswer = { readonly found: boolean; readonly body: unknown }

/**
 * Sends one call; any 2xx is an answer, and so is the 404 of a call about one customer (`orMissing`). Everything else
 * throws RetryLater, Rejected, Misconfigured or Undecided, by the status.
 */
export async function callApi(api: Api, call: ApiCall, { orMissing = false } = {}): Promise<ApiAnswer> {
  const response = await sendRequest({
    method: call.method,
    url: `${api.origin}${call.path}`,
    headers: { ...api.headers, ...call.headers },
    body: call.body && JSON.stringify(call.body),
  })
  if (orMissing && response.status === 404) return missing(api, call, response)
  const kind = classifyStatus(response.status, api.statuses)
  if (kind === 'ok') return { found: true, body: parseJson(response.text) }
  throw failureOf(kind, api, call, response)
}

/** A web page says only that the API is not there: it must not make every customer look deleted, to be created again. */
function missing(api: Api, call: ApiCall, { text }: HttpResponse): ApiAnswer {
  if (text.trim() === '' || isObject(parseJson(text))) return { found: false, body: undefined }
  throw new Misconfigured(
    'API_NOT_THERE',
    `${api.title} answered 404 to ${call.method} with something that is not its API's: check the API URL`,
    { isCertain: false },
  )
}

/** A 2xx that cannot be read: it was carried out, only we do not know with what result. */
export function unreadable(api: Api, call: ApiCall): RetryLater {
  return new RetryLater(
    'UNREADABLE_ANSWER',
    `${api.title} answered ${call.method} with something unreadable`,
    { ambiguous: call.method !== 'GET' },
  )
}

/**
 * The path of one customer. Throws Rejected for an id that would make it another path: at both providers a POST to
 * the collection, which is what a blank id or `.` leaves, creates a customer.
 */
export function customerPath(collection: string, id: ProviderCustomerId): string {
  if (id.trim() === '' || /^\.\.?$/.test(id.trim()) || !id.isWellFormed()) {
    throw new Rejected('BAD_CUSTOMER_ID', 'the link has no usable provider customer id: attach the right one')
  }
  return `${collection}/${encodeURIComponent(id)}`
}

/** Throws Undecided when the provider speaks of another customer than the one asked for: nothing it says can be used. */
export function expectSameId(api: Api, asked: ProviderCustomerId, got: string): void {
  if (got === asked) return
  throw new Undecided(
    'ID_MISMATCH',
    `${api.title} answered with another customer's id: see which one is right`,
    [asked, got],
  )
}

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

function failureOf(
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
