import { Misconfigured, Rejected, RetryLater, Undecided } from '../core/model/errors.ts'
import type { ProviderCustomerId } from '../core/model/provider.ts'
import { type HttpResponse, sendRequest } from '../support/http.ts'
import { classifyStatus } from '../support/http-status.ts'
import { answeredJson, isObject } from '../support/json.ts'
import type { Api, ApiCall } from './api.ts'
import { failureOf } from './api-failure.ts'

/** `found` is false when a call about one customer was answered 404. `body` is undefined when it is not JSON. */
export type ApiAnswer = { readonly found: boolean; readonly body: unknown }

/**
 * Sends one call. Resolves for any 2xx, and for the 404 of a call about one customer (`orMissing`). Any other status
 * throws RetryLater, Rejected, Misconfigured or Undecided.
 */
export async function callApi(api: Api, call: ApiCall, { orMissing = false } = {}): Promise<ApiAnswer> {
  const response = await sendRequest({
    method: call.method,
    url: `${api.origin}${call.path}`,
    headers: { 'content-type': api.encoding.mediaType, ...api.headers, ...call.headers },
    body: call.body && api.encoding.encode(call.body),
  })
  if (orMissing && response.status === 404) return missing(api, call, response)
  const kind = classifyStatus(response.status, api.statuses)
  if (kind === 'ok') return { found: true, body: answeredJson(response.text) }
  throw failureOf(kind, api, call, response)
}

/**
 * An HTML page means that this is not the API. Taken as "not found", it would make every customer look deleted and be
 * created again.
 */
function missing(api: Api, call: ApiCall, { text, status }: HttpResponse): ApiAnswer {
  if (text.trim() === '' || isObject(answeredJson(text))) return { found: false, body: undefined }
  throw new Misconfigured(
    'API_NOT_THERE',
    `${api.title} answered 404 to ${call.method}, but not with an API response: check the API URL`,
    { status, isCertain: false },
  )
}

/** An unreadable 2xx: the call was carried out, but its result is unknown. */
export function unreadable(api: Api, call: ApiCall): RetryLater {
  return new RetryLater(
    'UNREADABLE_ANSWER',
    `${api.title} answered ${call.method} with an unreadable response`,
    { ambiguous: call.method !== 'GET' },
  )
}

/**
 * The path of one customer. Throws Rejected for an id that would change the path: at both providers, a POST to the
 * collection (a blank id or `.`) creates a customer.
 */
export function customerPath(collection: string, id: ProviderCustomerId): string {
  if (id.trim() === '' || /^\.\.?$/.test(id.trim()) || !id.isWellFormed()) {
    throw new Rejected(
      'BAD_CUSTOMER_ID',
      'the link has no usable provider customer id: attach the correct one',
    )
  }
  return `${collection}/${encodeURIComponent(id)}`
}

/** Throws Undecided when the response is about another customer than requested, because nothing in it can be trusted. */
export function expectSameId(api: Api, asked: ProviderCustomerId, got: string): void {
  if (got === asked) return
  throw new Undecided(
    'ID_MISMATCH',
    `${api.title} answered with another customer's id: check which one is correct`,
    [asked, got],
  )
}
