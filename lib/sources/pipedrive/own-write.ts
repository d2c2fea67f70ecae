import type { WriteBack } from '../../core/config/write-back.ts'
import type { RecordType } from '../../core/model/change.ts'
import { isObject } from '../../support/json.ts'
import { isOwnChange } from '../write-back.ts'

/**
 * Whether nothing else changed than custom fields that we write ids into: `previous` of a webhook v2 holds exactly the fields that
 * changed (Guide for Webhooks v2). That it may hold the time as well is a guess.
 */
export function isOwnWrite(
  previous: Readonly<Record<string, unknown>> | null | undefined,
  recordType: RecordType,
  writeBack: WriteBack | undefined,
): boolean {
  const { custom_fields: customFields, update_time: _, ...others } = previous ?? {}
  if (!isObject(customFields) || Object.keys(others).length > 0) return false
  return isOwnChange(Object.keys(customFields), writeBack, recordType)
}
