import type * as z from 'zod'
import type { WriteBack } from '../core/config/write-back.ts'
import type { RecordType } from '../core/model/change.ts'
import type { CustomerIds } from '../core/model/customer.ts'
import { Misconfigured } from '../core/model/errors.ts'
import type { CustomerIdWriter } from '../core/ports/customer-id-writer.ts'
import type { Clock } from '../core/ports/observers.ts'
import type { ReadProperty } from './customer-fields.ts'

type Setting = WriteBack | undefined

/** The CRM properties that we write into records of this type. */
export function writtenProperties(writeBack: Setting, type: RecordType): readonly string[] {
  return Object.values(writeBack?.[type] ?? {})
}

/**
 * Whether a change of exactly these properties is an echo of our own write, or somebody's edit of a property that only we
 * write: either way nothing is lost by ignoring it. False for no properties at all.
 */
export function isOwnChange(names: readonly string[], writeBack: Setting, type: RecordType): boolean {
  const own = writtenProperties(writeBack, type)
  return names.length > 0 && names.every((name) => own.includes(name))
}

/** The ids that a record holds, by provider; undefined where none is written into this type. */
export function customerIdsIn(
  writeBack: Setting,
  type: RecordType,
  read: ReadProperty,
): CustomerIds | undefined {
  const properties = writeBack?.[type]
  if (!properties) return undefined
  const held = Object.entries(properties).map(([provider, name]) => [provider, read(name)] as const)
  return Object.fromEntries(held.flatMap(([provider, id]) => (id === undefined ? [] : [[provider, id]])))
}

/** The properties to set for these ids, by their names in the CRM. */
export function propertiesToWrite(
  writeBack: WriteBack,
  type: RecordType,
  ids: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const properties = writeBack[type] ?? {}
  const entries = Object.entries(ids).map(([provider, id]) => [properties[provider], id] as const)
  return Object.fromEntries(entries.flatMap(([name, id]) => (name === undefined ? [] : [[name, id]])))
}

/**
 * Refuses to write into a property that customers are read from: the id would replace customer data, and a person's change of
 * it would be ignored. For `superRefine`.
 */
export function refuseReadProperties(
  writeBack: Setting,
  readFrom: (type: RecordType) => readonly string[],
  context: Pick<z.RefinementCtx, 'addIssue'>,
): void {
  for (const [type, properties] of Object.entries(writeBack ?? {})) {
    const read = readFrom(type as RecordType)
    for (const [provider, input] of Object.entries(properties)) {
      if (!read.includes(input)) continue
      const message = 'expected a property of its own, from which no field of the customer is read'
      context.addIssue({ code: 'custom', path: ['writeBack', type, provider], message, input })
    }
  }
}

/** After a CRM has refused all writes of a kind of record, none is sent for this long. */
const refusedMillis = 60_000

/**
 * The writer of a source, of its call. Where the CRM refuses such writes as a whole, because a property or a permission is
 * missing, the call is made once a minute only: refused calls count against the CRM's limits, which reading needs.
 */
export function customerIdWriter(
  writeBack: WriteBack,
  clock: Clock,
  write: CustomerIdWriter['write'],
): CustomerIdWriter {
  const refused = new Map<string, { readonly error: Misconfigured; readonly until: number }>()
  return {
    providersFor: (type) => Object.keys(writeBack[type] ?? {}),
    async write(ref, ids) {
      const kind = `${ref.recordType}/${ref.account}`
      const known = refused.get(kind)
      const now = clock.now().getTime()
      if (known && now < known.until) throw known.error
      try {
        const answer = await write(ref, ids)
        refused.delete(kind)
        return answer
      } catch (error) {
        if (error instanceof Misconfigured && error.code === 'WRITE_BACK_REFUSED')
          refused.set(kind, { error, until: now + refusedMillis })
        throw error
      }
    },
  }
}
