import { Misconfigured, Rejected, RetryLater, Undecided } from '../core/model/errors.ts'
import type { ProviderCustomerId } from '../core/model/provider.ts'
import { type HttpResponse, sendRequest } from '../support/http.ts'
import { classifyStatus } from '../support/http-status.ts'
import { isObject } from '../support/json.ts'
import type { Api, ApiCall } from './api.ts'
import { failureOf } from './api-failure.ts'
import { parseJson } from './error-body.ts'

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
    headers: { 'content-type': api.encoding.mediaType, ...api.headers, ...call.headers },
    body: call.body && api.encoding.encode(call.body),
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
