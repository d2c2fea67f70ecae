import type { RecordRef, RecordType } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { sendRequest } from '../../support/http.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { toIsoTime } from '../iso-time.ts'
import { readEach } from '../read-each.ts'
import { documentSchema } from './schemas.ts'
import { toCustomer } from './to-customer.ts'

type Settings = {
  /** The variable that `origin` comes from, for errors. */
  readonly variable: string
  readonly origin: string
  readonly accessToken?: string | undefined
  readonly clock: Clock
}

const collections: Readonly<Record<RecordType, string>> = {
  contact: 'contacts',
  company: 'companies',
  lead: 'leads',
}

/**
 * Reads records from the read API that senders may offer: `GET /contacts/{id}` (`/companies`, `/leads`; with
 * `?account=` when the event named one) and `Authorization: Bearer …`. It answers `{"data": {…}}`, 404 or 410 when
 * the record is deleted, and another `id` when it was merged into that record.
 */
export async function fetchGenericCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  return readEach(refs, (ref) => readOne(ref, settings))
}

async function readOne(
  ref: RecordRef,
  { variable, origin, accessToken, clock }: Settings,
): Promise<FetchedCustomer> {
  const crm = `The read API at ${variable}`
  const account = ref.account === 'default' ? '' : `?account=${encodeURIComponent(ref.account)}`
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/${collections[ref.recordType]}/${encodeURIComponent(ref.recordId)}${account}`,
    headers: {
      accept: 'application/json',
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
  })
  if (isMissing(crm, response)) return { kind: 'deleted' }
  const { data } = readAnswer(crm, documentSchema, response, clock.now())
  if (data.id !== ref.recordId) return { kind: 'merged', intoId: data.id }
  const version = toIsoTime(data.updatedAt)
  if (version === undefined) {
    throw new RetryLater('CRM_ANSWER_UNREADABLE', `${crm} did not return updatedAt`)
  }
  return { kind: 'found', customer: toCustomer(data) ?? {}, version, mergedIds: [] }
}
