import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { type RecordRef, type RecordType, recordKey } from '../../core/model/change.ts'
import { Misconfigured, Rejected, RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { HttpResponse } from '../../support/http.ts'
import { isMissing, readAnswer, settled, unlessAllFailed } from '../crm-answer.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { codeOf, type ZohoApi } from './api.ts'
import { recordSchema, recordsSchema, type ZohoRecord } from './schemas.ts'
import { toCustomer, versionOf, wantedFields, type ZohoModule, zohoModule } from './to-customer.ts'

type Settings = {
  readonly call: ZohoApi
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

const crm = 'Zoho'
/** Zoho documents no limit for `ids`; its other calls take a hundred records. */
const batchSize = 100
/** Zoho's limit for all callers together is five on the smallest plan. */
const concurrency = 2

type Answers = Map<string, FetchedCustomer>

/**
 * Reads current records, several of a module in one call (https://www.zoho.com/crm/developer/docs/api/v8/get-records.html).
 * A record that such an answer lacks is read on its own, since only that answer says that the record does not exist.
 */
export async function fetchZohoCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  const answers: Answers = new Map()
  await mapConcurrently(batchesOf(refs), concurrency, async (batch) => {
    const module = zohoModule(batch.recordType, settings.fields)
    const together = batch.refs.length > 1 ? await readTogether(batch.refs, module, settings) : new Map()
    await mapConcurrently(batch.refs, concurrency, async (ref) => {
      const answer = together.get(ref.recordId) ?? (await settled(readOne(ref, module, settings)))
      answers.set(recordKey(ref), answer)
    })
  })
  return unlessAllFailed(refs.flatMap((ref) => answers.get(recordKey(ref)) ?? []))
}

type Batch = { readonly recordType: RecordType; readonly refs: readonly RecordRef[] }

function batchesOf(refs: readonly RecordRef[]): Batch[] {
  const unique = [...new Map(refs.map((ref) => [recordKey(ref), ref])).values()]
  return [...Map.groupBy(unique, ({ recordType }) => recordType)].flatMap(([recordType, members]) =>
    Array.from({ length: Math.ceil(members.length / batchSize) }, (_, index) => ({
      recordType,
      refs: members.slice(index * batchSize, (index + 1) * batchSize),
    })),
  )
}

/** The answers by record id, without the records that Zoho left out. If the call failed, its error is the answer for all. */
async function readTogether(
  refs: readonly RecordRef[],
  module: ZohoModule,
  { call, clock }: Settings,
): Promise<Answers> {
  try {
    const ids = refs.map(({ recordId }) => encodeURIComponent(recordId)).join(',')
    const response = await call({
      method: 'GET',
      path: `/${module.name}?ids=${ids}&fields=${wantedFields(module).map(encodeURIComponent).join(',')}`,
    })
    const records = recordsOf(response, clock)
    return new Map(records.map((record) => [record.id, toFetchedCustomer(record, module)]))
  } catch (error) {
    // One id that Zoho refuses must not fail the others, so each is read on its own.
    if (error instanceof Rejected) return new Map()
    const failed = await settled(Promise.reject(error))
    return new Map(refs.map(({ recordId }) => [recordId, failed]))
  }
}

async function readOne(
  { recordId }: RecordRef,
  module: ZohoModule,
  { call, clock }: Settings,
): Promise<FetchedCustomer> {
  const response = await call({
    method: 'GET',
    path: `/${module.name}/${encodeURIComponent(recordId)}?fields=${wantedFields(module).map(encodeURIComponent).join(',')}`,
  })
  if (response.status === 204) return { kind: 'deleted' }
  if (isMissing(crm, response)) return missing(response)
  const record = recordsOf(response, clock).find(({ id }) => id === recordId)
  if (record) return toFetchedCustomer(record, module)
  throw new RetryLater('CRM_ANSWER_UNREADABLE', 'Zoho did not return the record that was asked for')
}

/** Zoho's 404 is about the URL; a record that does not exist is a 204. */
function missing(response: HttpResponse): FetchedCustomer {
  if (codeOf(response) !== 'INVALID_URL_PATTERN') return { kind: 'deleted' }
  throw new Misconfigured('CRM_NOT_THERE', 'Zoho has no such API: check ZOHO_API_URL', { status: 404 })
}

function recordsOf(response: HttpResponse, clock: Clock): readonly ZohoRecord[] {
  if (response.status === 204) return []
  const { data } = readAnswer(crm, recordsSchema, response, clock.now())
  return data.flatMap((record) => recordSchema.safeParse(record).data ?? [])
}

function toFetchedCustomer(record: ZohoRecord, module: ZohoModule): FetchedCustomer {
  const version = versionOf(record)
  if (version !== undefined) {
    return { kind: 'found', customer: toCustomer(record, module), version, mergedIds: [] }
  }
  const error = new RetryLater('CRM_ANSWER_UNREADABLE', 'Zoho did not return when the record last changed')
  return { kind: 'failed', error }
}
