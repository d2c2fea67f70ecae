import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { WriteBack } from '../../core/config/write-back.ts'
import { type RecordRef, type RecordType, recordTypes } from '../../core/model/change.ts'
import { Misconfigured, Rejected } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { settled, unlessAllFailed } from '../crm-answer.ts'
import { writtenProperties } from '../write-back.ts'
import type { SalesforceApi } from './call.ts'
import { queryAll } from './query.ts'
import { isSalesforceId, toLongId } from './record-id.ts'
import { recordSchema, type SalesforceRecord } from './schemas.ts'
import { salesforceObject, selectedFields, toFetchedCustomer } from './to-customer.ts'

type Settings = SalesforceApi & {
  readonly fields?: FieldOverrides | undefined
  readonly writeBack?: WriteBack | undefined
}

/** Salesforce allows 16,384 bytes for the URL; an id takes 27 of them. */
const batchSize = 200

type Answer = (id: string) => FetchedCustomer

/**
 * Reads current records, deleted ones included, with one query for up to 200 of a type: a record that was merged has the id of
 * the one that is left in `MasterRecordId`.
 */
export async function fetchSalesforceCustomers(
  refs: readonly RecordRef[],
  settings: Settings,
): Promise<readonly FetchedCustomer[]> {
  const answers = new Map<RecordRef, FetchedCustomer>()
  for (const type of recordTypes) {
    const ofType = refs.filter(({ recordType }) => recordType === type)
    for (let start = 0; start < ofType.length; start += batchSize) {
      const batch = ofType.slice(start, start + batchSize)
      const answer = await readBatch(batch, type, settings)
      for (const ref of batch) answers.set(ref, answer(toLongId(ref.recordId)))
    }
  }
  return unlessAllFailed(refs.map((ref) => answers.get(ref) ?? notAnId()))
}

/** If the query failed, its error is the answer for all. */
async function readBatch(refs: readonly RecordRef[], type: RecordType, settings: Settings): Promise<Answer> {
  const ids = [...new Set(refs.map(({ recordId }) => toLongId(recordId)).filter(isSalesforceId))]
  if (ids.length === 0) return notAnId
  try {
    const records = await readRecords(ids, type, settings)
    return (id) =>
      isSalesforceId(id)
        ? toFetchedCustomer(records.get(id), type, settings.fields, settings.writeBack)
        : notAnId()
  } catch (error) {
    const failed = await settled(Promise.reject(error))
    return () => failed
  }
}

async function readRecords(
  ids: readonly string[],
  type: RecordType,
  settings: Settings,
): Promise<ReadonlyMap<string, SalesforceRecord>> {
  const object = salesforceObject(type, settings.fields)
  const list = ids.map((id) => `'${id}'`).join(',')
  const query = (written: readonly string[]) =>
    queryAll(`SELECT ${selectedFields(object, written)} FROM ${object.name} WHERE Id IN (${list})`, settings)
  const written = writtenProperties(settings.writeBack, type)
  const rows = await query(written).catch((error: unknown) => {
    // A field that does not exist fails the whole query: without those for ids, customers are read all the same.
    if (written.length > 0 && isBadRequest(error)) return query([])
    throw error
  })
  return new Map(rows.map((row) => [row.Id, recordSchema.parse(row)]))
}

function isBadRequest(error: unknown): boolean {
  return error instanceof Misconfigured && error.status === 400
}

function notAnId(): FetchedCustomer {
  return { kind: 'failed', error: new Rejected('CRM_REFUSED', 'the id is not one of Salesforce') }
}
