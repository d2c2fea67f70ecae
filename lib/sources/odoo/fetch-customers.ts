import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { unsupported } from '../crm-answer.ts'
import { type OdooApi, odooApi } from './api.ts'
import type { Connection } from './dialects.ts'
import { crm } from './errors.ts'
import type { OdooRecord } from './schemas.ts'
import { fieldsToRead, odooFields, toCustomer, versionOf } from './to-customer.ts'

/** Records in one call. */
const mostRecords = 200
/** The largest id that the database can hold; it refuses to search for a larger one. */
const largestId = 2_147_483_647

/** The API of one database, for all reads of a source. */
export function connectOdoo(connection: Connection): OdooApi {
  return odooApi(connection)
}

/**
 * Reads current contacts, all in one `search_read` (200 in each). A contact that is missing from the answer is deleted; an
 * archived one is not. Odoo does not tell what a contact was merged into: the others are deleted.
 */
export async function fetchOdooCustomers(
  refs: readonly RecordRef[],
  api: OdooApi,
  overrides?: FieldOverrides,
): Promise<readonly FetchedCustomer[]> {
  const contacts = refs.filter(({ recordType }) => recordType === 'contact')
  const ids = [...new Set(contacts.map(({ recordId }) => Number(recordId)))].filter(isPossible)
  const map = odooFields(overrides)
  const found = new Map<string, OdooRecord>()
  for (let first = 0; first < ids.length; first += mostRecords) {
    const domain = [['id', 'in', ids.slice(first, first + mostRecords)]] as const
    for (const record of await api.searchRead({ domain, fields: fieldsToRead(map) })) {
      found.set(record.id, record)
    }
  }
  return refs.map((ref) => {
    if (ref.recordType !== 'contact') return unsupported(crm, ref)
    const record = found.get(ref.recordId)
    if (!record) return { kind: 'deleted' }
    const version = versionOf(record)
    if (version === undefined) return { kind: 'failed', error: withoutTime() }
    return { kind: 'found', customer: toCustomer(record, map), version, mergedIds: [] }
  })
}

function isPossible(id: number): boolean {
  return Number.isInteger(id) && id > 0 && id <= largestId
}

function withoutTime(): Error {
  return new RetryLater('CRM_ANSWER_UNREADABLE', `${crm} did not return when the record last changed`)
}
