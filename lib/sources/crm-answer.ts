import type * as z from 'zod'
import type { RecordRef } from '../core/model/change.ts'
import { Misconfigured, Rejected, RetryLater } from '../core/model/errors.ts'
import type { FetchedCustomer } from '../core/ports/crm-source.ts'
import { type HttpResponse, retryAfterSeconds } from '../support/http.ts'
import { classifyStatus, type StatusClass } from '../support/http-status.ts'
import { parseJson } from '../support/json.ts'
import { placeOf } from './bad-format.ts'

type Refusal = (crm: string, response: HttpResponse, now: Date) => Error

const refusals: Readonly<Record<Exclude<StatusClass, 'ok'>, Refusal>> = {
  throttled: (crm, response, now) =>
    new RetryLater('CRM_THROTTLED', `${crm} asks us to slow down; it will be retried`, {
      status: response.status,
      afterSeconds: retryAfterSeconds(response.headers, now),
      counts: false,
    }),
  unavailable: (crm, response, now) =>
    new RetryLater('CRM_UNAVAILABLE', `${crm} is down (${response.status}); it will be retried`, {
      status: response.status,
      afterSeconds: retryAfterSeconds(response.headers, now),
      counts: false,
    }),
  failed: (crm, response) =>
    new RetryLater('CRM_FAILED', `${crm} failed to answer (${response.status}); it will be retried`, {
      status: response.status,
    }),
  busy: (crm, response) =>
    new RetryLater('CRM_BUSY', `${crm} was busy (${response.status}); it will be retried`, {
      status: response.status,
    }),
  denied: (crm, response) =>
    new Misconfigured(
      'CRM_DENIED',
      `${crm} answered ${response.status}: check its token, the token's scopes and its API URL`,
      { status: response.status },
    ),
  refused: (crm, response) =>
    new Rejected('CRM_REFUSED', `${crm} refused to read the record (${response.status})`, {
      status: response.status,
    }),
}

/**
 * The response body as validated JSON. Throws RetryLater, Misconfigured or Rejected by status, and RetryLater when a
 * successful response or a refusal cannot be read. Errors never quote the response, because it may contain customer data.
 */
export function readAnswer<T>(crm: string, schema: z.ZodType<T>, response: HttpResponse, now: Date): T {
  const status = classifyStatus(response.status)
  // What refuses a request for good says so in the format of the API: anything else may be a proxy that failed.
  const json = status === 'ok' || status === 'refused' ? jsonOf(crm, response) : undefined
  if (status !== 'ok') throw refusals[status](crm, response, now)
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw unreadable(crm, `${placeOf(parsed.error) || 'the body'} is not as expected`)
}

/**
 * Whether the response says that the record does not exist. An HTML page means that this is not the API, and must not
 * make every customer look deleted.
 */
export function isMissing(crm: string, { status, headers }: HttpResponse): boolean {
  if (status !== 404 && status !== 410) return false
  if (!headers['content-type']?.includes('text/html')) return true
  throw new Misconfigured('CRM_NOT_THERE', `${crm} answered ${status} with a web page: check its API URL`, {
    status,
  })
}

/** A failure to read one record affects that record only. */
export async function settled(fetched: Promise<FetchedCustomer>): Promise<FetchedCustomer> {
  return fetched.catch((error: unknown) => ({
    kind: 'failed',
    error: error instanceof Error ? error : new Error('reading the record failed', { cause: error }),
  }))
}

/**
 * Returns the answers. If all of them failed for a reason that is not the customer's, throws the first failure,
 * because the CRM as a whole is failing.
 */
export function unlessAllFailed(answers: readonly FetchedCustomer[]): readonly FetchedCustomer[] {
  const failures = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.error] : []))
  const [first] = failures
  const common = failures.every((error) => error instanceof RetryLater || error instanceof Misconfigured)
  if (first && common && failures.length === answers.length) throw first
  return answers
}

export function unsupported(crm: string, { recordType }: RecordRef): FetchedCustomer {
  const error = new Rejected('UNKNOWN_RECORD_TYPE', `${crm} has no supported record type ${recordType}`)
  return { kind: 'failed', error }
}

function jsonOf(crm: string, { text }: HttpResponse): unknown {
  try {
    return parseJson(Buffer.from(text, 'utf8'))
  } catch {
    throw unreadable(crm, 'it is not JSON')
  }
}

function unreadable(crm: string, why: string): RetryLater {
  return new RetryLater('CRM_ANSWER_UNREADABLE', `${crm}'s answer cannot be read: ${why}`)
}
