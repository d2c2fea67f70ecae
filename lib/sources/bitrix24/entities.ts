import type { RecordType } from '../../core/model/change.ts'

/** The ids of Bitrix24's object types (https://apidocs.bitrix24.com/api-reference/crm/data-types.html#object_type). */
export const entityTypeIds = { lead: 1, contact: 3, company: 4 } as const satisfies Record<RecordType, number>
/** Requisites, which hold the addresses of contacts and companies. */
export const requisiteTypeId = 8

/** The record type of an object type's id; undefined for one that is not followed. */
export function recordTypeOf(entityTypeId: string | undefined): RecordType | undefined {
  const found = Object.entries(entityTypeIds).find(([, id]) => String(id) === entityTypeId)
  return found?.[0] as RecordType | undefined
}

const requisitePrefix = 'requisite:'

/** A requisite as the id of a related record. */
export function toRequisiteRef(id: string): string {
  return `${requisitePrefix}${id}`
}

/** The requisite of a related record; undefined when it is none. */
export function requisiteOf(recordId: string): string | undefined {
  return recordId.startsWith(requisitePrefix) ? recordId.slice(requisitePrefix.length) : undefined
}

/** Ids are numbers in requests; one that no number can hold stays text. */
export function toNumber(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id
}
