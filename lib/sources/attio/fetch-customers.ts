import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import { type RecordRef, recordKey } from '../../core/model/change.ts'
import { Rejected, RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { HttpResponse } from '../../support/http.ts'
import { answeredJson } from '../../support/json.ts'
import { isMissing, readAnswer, settled, unlessAllFailed, unsupported } from '../crm-answer.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { callAttio } from './call.ts'
import { answerSchema, errorSchema, recordSchema, recordsSchema } from './schemas.ts'
import { type AttioObject, attioObject, toFetchedCustomer } from './to-customer.ts'

type Settings = {
  readonly origin: string
  readonly accessToken: string | undefined
  readonly fields?: FieldOverrides | undefined
  readonly clock: Clock
}

const crm = 'Attio'
const concurrency = 5
/** Attio's limit for one page of records. */
const batchSize = 500

type Answers = Map<string, FetchedCustomer>
/** Records of one type. */
type Group = { readonly object: AttioObject; readonly refs: readonly RecordRef[] }

/**
 * Reads current records (https://docs.attio.com/rest-api/endpoint-reference/records): one by its id, several by a query for their
 * ids. The query leaves out records that are gone, so those are then read one by one.
 */
export async function fetchAttioCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  const answers: Answers = new Map()
  for (const group of groupsOf(refs, settings.fields)) await readGroup(group, settings, answers)
  return unlessAllFailed(refs.map((ref) => answers.get(recordKey(ref)) ?? unsupported(crm, ref)))
}

function groupsOf(refs: readonly RecordRef[], fields: FieldOverrides | undefined): Group[] {
  const unique = [...new Map(refs.map((ref) => [recordKey(ref), ref])).values()]
  return [...Map.groupBy(unique, ({ recordType }) => recordType)].flatMap(([type, members]) => {
    const object = attioObject(type, fields)
    if (!object) return []
    return Array.from({ length: Math.ceil(members.length / batchSize) }, (_, index) => ({
      object,
      refs: members.slice(index * batchSize, (index + 1) * batchSize),
    }))
  })
}

async function readGroup({ object, refs }: Group, settings: Settings, answers: Answers): Promise<void> {
  const batch = refs.length > 1 ? await readBatch({ object, refs }, settings) : new Map()
  await mapConcurrently(refs, concurrency, async (ref) => {
    const answer = batch.get(ref.recordId) ?? (await settled(readOne(ref, object, settings)))
    answers.set(recordKey(ref), answer)
  })
}

/** The answers by record id, without the records that are gone. If the call failed, its error is the answer for all. */
async function readBatch({ object, refs }: Group, settings: Settings): Promise<Answers> {
  const ids = refs.map(({ recordId }) => recordId)
  try {
    const response = await callAttio({
      ...settings,
      method: 'POST',
      path: `/v2/objects/${object.slug}/records/query`,
      body: { filter: { record_id: { $in: ids } }, limit: ids.length },
    })
    const { data } = readAnswer(crm, recordsSchema, response, settings.clock.now())
    const records = data.flatMap((record) => recordSchema.safeParse(record).data ?? [])
    return new Map(
      records.map((record) => [record.id.record_id, toFetchedCustomer(record, record.id.record_id, object)]),
    )
  } catch (error) {
    // An id that Attio rejects must not fail the others, so each is read on its own.
    if (error instanceof Rejected) return new Map()
    const failed = await settled(Promise.reject(error))
    return new Map(ids.map((id) => [id, failed]))
  }
}

async function readOne(
  { recordId }: RecordRef,
  object: AttioObject,
  settings: Settings,
): Promise<FetchedCustomer> {
  const response = await callAttio({
    ...settings,
    method: 'GET',
    path: `/v2/objects/${object.slug}/records/${encodeURIComponent(recordId)}`,
  })
  if (isMissing(crm, response)) {
    if (isBeingMerged(response)) {
      throw new RetryLater('CRM_BUSY', 'Attio is still merging this record; it will be read again', {
        status: response.status,
      })
    }
    return { kind: 'deleted' }
  }
  const { data } = readAnswer(crm, answerSchema, response, settings.clock.now())
  return toFetchedCustomer(data, recordId, object)
}

/** A large merge takes a while, during which the new record answers 404 with this code ("Merge two records"). */
function isBeingMerged({ text }: HttpResponse): boolean {
  return errorSchema.safeParse(answeredJson(text)).data?.code === 'merge_in_progress'
}
