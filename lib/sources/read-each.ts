import type { RecordRef } from '../core/model/change.ts'
import type { FetchedCustomer } from '../core/ports/crm-source.ts'
import { settled, unlessAllFailed } from './crm-answer.ts'
import { mapConcurrently } from './map-concurrently.ts'

/** Calls of one CRM at once; its rate limit is shared with everything else that the operator runs. */
const concurrency = 5

/**
 * Reads records one call each, a few at a time, for CRMs without a batch call. One record's failure is its own; when every record
 * fails for a reason that is not the record's, throws that failure.
 */
export async function readEach(
  refs: readonly RecordRef[],
  readOne: (ref: RecordRef) => Promise<FetchedCustomer>,
): Promise<readonly FetchedCustomer[]> {
  return unlessAllFailed(await mapConcurrently(refs, concurrency, (ref) => settled(readOne(ref))))
}
