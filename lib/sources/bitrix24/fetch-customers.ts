import type { FieldOverrides } from '../../core/config/field-overrides.ts'
import type { RecordRef } from '../../core/model/change.ts'
import { RetryLater } from '../../core/model/errors.ts'
import type { FetchedCustomer } from '../../core/ports/crm-source.ts'
import { settled, unlessAllFailed } from '../crm-answer.ts'
import { toIsoTime } from '../iso-time.ts'
import { fetchAddresses } from './addresses.ts'
import { type Connection, callBitrix24, isNotFound, readBitrix24Answer } from './call.ts'
import { entityTypeIds, toNumber } from './entities.ts'
import { itemAnswerSchema } from './schemas.ts'
import { toCustomer } from './to-customer.ts'

export type FetchSettings = Connection & { readonly fields?: FieldOverrides | undefined }

/**
 * Reads current records one after the other, each with its addresses
 * (https://apidocs.bitrix24.com/api-reference/crm/universal/crm-item-get.html). A list would be fewer calls, but leaves out a record
 * that the user may not see as if it were deleted. Once Bitrix24 throttles, the remaining records are not asked for.
 */
export async function fetchBitrix24Customers(
  refs: readonly RecordRef[],
  settings: FetchSettings,
): Promise<readonly FetchedCustomer[]> {
  const answers: FetchedCustomer[] = []
  let throttled: FetchedCustomer | undefined
  for (const ref of refs) {
    const answer: FetchedCustomer = throttled ?? (await settled(readOne(ref, settings)))
    if (isThrottled(answer)) throttled = answer
    answers.push(answer)
  }
  return unlessAllFailed(answers)
}

function isThrottled(answer: FetchedCustomer): boolean {
  return (
    answer.kind === 'failed' && answer.error instanceof RetryLater && answer.error.code === 'CRM_THROTTLED'
  )
}

async function readOne(ref: RecordRef, settings: FetchSettings): Promise<FetchedCustomer> {
  const { recordType, recordId } = ref
  const response = await callBitrix24(
    'crm.item.get',
    { entityTypeId: entityTypeIds[recordType], id: toNumber(recordId) },
    settings,
  )
  if (isNotFound(response)) return { kind: 'deleted' }
  const { item } = readBitrix24Answer(itemAnswerSchema, response, settings.clock).result
  const version = toIsoTime(item.updatedTime)
  if (item.id !== recordId || version === undefined) {
    throw new RetryLater('CRM_ANSWER_UNREADABLE', "Bitrix24 did not return the record's id and last change")
  }
  const addresses = await fetchAddresses(ref, settings)
  const customer = toCustomer(item, addresses, recordType, settings.fields)
  return { kind: 'found', customer, version, mergedIds: [] }
}
