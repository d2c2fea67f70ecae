import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { propertiesOf, readCustomer } from '../customer-fields.ts'
import { toIsoTime } from '../iso-time.ts'
import { customerIdsIn, writtenProperties } from '../write-back.ts'
import type { HubspotObject } from './objects.ts'
import type { HubspotRecord } from './schemas.ts'

const mergedIdsProperty = 'hs_merged_object_ids'

/** The properties to request. Without them HubSpot returns only a few defaults. */
export function wantedProperties({ type, fields, changedAt, writeBack }: HubspotObject): string[] {
  const own = writtenProperties(writeBack, type)
  return [...new Set([...propertiesOf(fields), changedAt, mergedIdsProperty, ...own])]
}

/** Interprets HubSpot's answer for the requested record. Pure. */
export function toFetchedCustomer(
  record: HubspotRecord,
  askedId: string,
  object: HubspotObject,
): FetchedCustomer {
  // After a merge, both old ids return the surviving record.
  if (record.id !== askedId) return { kind: 'merged', intoId: record.id }
  if (record.archived) return { kind: 'deleted' }
  const { properties } = record
  const version = toIsoTime(properties[object.changedAt]) ?? toIsoTime(record.updatedAt)
  if (version === undefined) {
    const error = new RetryLater(
      'CRM_ANSWER_UNREADABLE',
      'HubSpot did not return when the record last changed',
    )
    return { kind: 'failed', error }
  }
  const property = (name: string) => (Object.hasOwn(properties, name) ? properties[name] : undefined)
  return {
    kind: 'found',
    customer: readCustomer(object.fields, property),
    version,
    mergedIds: mergedIdsOf(properties[mergedIdsProperty], record.id),
    customerIds: customerIdsIn(object.writeBack, object.type, property),
  }
}

function mergedIdsOf(list: string | null | undefined, ownId: string): string[] {
  const ids = (list ?? '').split(';').map((id) => id.trim())
  return [...new Set(ids)].filter((id) => /^\d{1,20}$/.test(id) && id !== ownId)
}
