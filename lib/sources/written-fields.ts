import type { WriteBack } from '../core/config/write-back.ts'
import type { RecordType } from '../core/model/change.ts'
import type { Told } from './offline-definition.ts'
import { fine, wrong } from './webhook-findings.ts'

/** A property that ids are to be written into. */
export type WrittenField = { readonly type: RecordType; readonly name: string }

export function writtenFields(writeBack: WriteBack): readonly WrittenField[] {
  return Object.entries(writeBack).flatMap(([type, properties]) =>
    Object.values(properties).map((name) => ({ type: type as RecordType, name })),
  )
}

/**
 * Whether all of these properties can hold an id. `problemOf` asks the CRM about one: what is wrong with it, as it follows
 * "the property … of …", or null. `fix` is what to do about any of them.
 */
export async function examineFields(
  fields: readonly WrittenField[],
  labels: Readonly<Partial<Record<RecordType, string>>>,
  problemOf: (field: WrittenField) => Promise<string | null>,
  fix: string,
): Promise<Told> {
  for (const field of fields) {
    const problem = await problemOf(field)
    if (problem !== null) return wrong(`the property ${field.name} of ${labels[field.type]} ${problem}`, fix)
  }
  const names = fields.map(({ type, name }) => `${name} of ${labels[type]}`)
  return fine(`ids are written into ${names.join(', ')}`)
}
