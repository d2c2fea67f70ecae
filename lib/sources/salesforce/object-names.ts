import type { RecordType } from '../../core/model/change.ts'

/** The objects of the record types, by their names in the API. */
export const objectNames = { contact: 'Contact', company: 'Account', lead: 'Lead' } as const satisfies Record<
  RecordType,
  string
>

/** The record type of an object by its name in the API; undefined when it is not followed. */
export function recordTypeOf(name: string | undefined): RecordType | undefined {
  return (Object.keys(objectNames) as RecordType[]).find((type) => objectNames[type] === name)
}
