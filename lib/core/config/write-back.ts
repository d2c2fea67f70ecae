import * as z from 'zod'
import type { RecordType } from '../model/change.ts'
import type { ProviderName } from '../model/provider.ts'
import { nameSettings } from './sync-config-problems.ts'

/**
 * Per record type: provider → the property of the CRM that the id of its customer is written into. Nothing is written for a
 * type, or a provider, that is not named.
 */
export type WriteBack = Readonly<Partial<Record<RecordType, Readonly<Record<ProviderName, string>>>>>

/**
 * The part of a source's configuration that switches the write-back on, for these record types. `property` is the schema of a
 * property's name. One property holds the id of one provider: otherwise each would overwrite the other's for ever.
 */
export function writeBackSchema<const Type extends RecordType>(
  types: readonly Type[],
  property: z.ZodType<string, string>,
) {
  const ofType = z
    .record(z.string(), property)
    .refine((names) => new Set(Object.values(names)).size === Object.keys(names).length, {
      error: 'expected another property for each provider',
    })
  return z.partialRecord(z.enum(types), ofType, nameSettings(types))
}
