import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { Misconfigured, RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { sendRequest } from '../../support/http.ts'
import { isMissing, readAnswer, unsupported } from '../crm-answer.ts'
import { readEach } from '../read-each.ts'
import { customerIdsIn } from '../write-back.ts'
import { propertiesFrom } from './properties.ts'
import { answerSchema } from './schemas.ts'
import { pipedriveObject, toCustomer, versionOf } from './to-customer.ts'

type Settings = {
  readonly origin: string | undefined
  readonly apiToken: string | undefined
  readonly fields?: FieldOverrides | undefined
  readonly writeBack?: WriteBack | undefined
  readonly clock: Clock
}

const crm = 'Pipedrive'

/**
 * Reads current records (API v2), one call each, a few at a time. For a record of another company, Pipedrive would
 * return the record with the same id in the token's company.
 */
export async function fetchPipedriveCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  return readEach(refs, (ref) => readOne(ref, settings))
}

async function readOne(ref: RecordRef, settings: Settings): Promise<FetchedCustomer> {
  const { origin, apiToken, fields, writeBack, clock } = settings
  const object = pipedriveObject(ref.recordType, fields)
  if (!object) return unsupported(crm, ref)
  if (!origin) throw new Misconfigured('NO_API_URL', 'PIPEDRIVE_API_URL is not set')
  if (!apiToken) throw new Misconfigured('NO_ACCESS_TOKEN', 'PIPEDRIVE_API_TOKEN is not set')
  const response = await sendRequest({
    method: 'GET',
    url: `${origin}/api/v2/${object.path}/${encodeURIComponent(ref.recordId)}`,
    headers: { 'x-api-token': apiToken, accept: 'application/json' },
  })
  if (isMissing(crm, response)) return { kind: 'deleted' }
  const { data } = readAnswer(crm, answerSchema, response, clock.now())
  if (data.id !== ref.recordId) return { kind: 'merged', intoId: data.id }
  // A deleted record is still returned for a while.
  if (data.is_deleted) return { kind: 'deleted' }
  const properties = propertiesFrom(data)
  const version = versionOf(properties)
  if (version === undefined) {
    throw new RetryLater('CRM_ANSWER_UNREADABLE', 'Pipedrive did not return when the record last changed')
  }
  // The API returns the whole record, so a field that it leaves out is empty.
  const customerIds = customerIdsIn(writeBack, ref.recordType, (name) => properties.get(name) ?? null)
  return { kind: 'found', customer: toCustomer(properties, object), version, mergedIds: [], customerIds }
}
