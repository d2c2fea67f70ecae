import type { RecordRef } from '../core/model/change.ts'
import type { FetchedCustomer } from '../core/ports/crm-source.ts'
import { settled, unlessAllFailed } from './crm-answer.ts'
import { mapConcurrently } from './map-concurrently.ts'

/** Concurrent calls to one CRM. Its rate limit is shared with the operator's other integrations. */
const concurrency = 5

/**
 * Reads records one call each, a few at a time, for CRMs without a batch call. A failure affects its own record only.
 * If all records fail for a reason that is not theirs, throws that failure.
 */
export async function readEach(
  refs: readonly RecordRef[],
  readOne: (ref: RecordRef) => Promise<FetchedCustomer>,
): Promise<readonly FetchedCustomer[]> {
  return unlessAllFailed(await mapConcurrently(refs, concurrency, (ref) => settled(readOne(ref))))
}
