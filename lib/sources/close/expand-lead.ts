import type { RecordRef } from '../../core/model/change.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { type CloseApi, callClose } from './call.ts'
import { leadContactsSchema } from './schemas.ts'

/** The contacts of a lead, whose name and address are theirs; none when the lead is gone. Throws as `readAnswer` does. */
export async function expandLead(
  lead: RecordRef,
  api: CloseApi & { readonly clock: Clock },
): Promise<readonly RecordRef[]> {
  const path = `/lead/${encodeURIComponent(lead.recordId)}/?_fields=id,contact_ids,contacts`
  const response = await callClose({ ...api, method: 'GET', path })
  if (isMissing('Close', response)) return []
  const { contact_ids, contacts } = readAnswer('Close', leadContactsSchema, response, api.clock.now())
  const ids = new Set([...(contact_ids ?? []), ...(contacts ?? []).map(({ id }) => id)])
  return [...ids].map((recordId) => ({ ...lead, recordType: 'contact', recordId }))
}
