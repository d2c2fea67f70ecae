import type { Link } from '../model/link.ts'
import { isErased, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/**
 * Whether the customer was taken over from a record that has been erased since, and was never written to: what is there is
 * the erased record's, until somebody replaces or erases it.
 */
export async function holdsErasedData(
  { ref, absorbed, fingerprint, providerCustomerId }: Link,
  { links }: Pick<SyncDeps, 'links'>,
): Promise<boolean> {
  if (fingerprint !== null || providerCustomerId === null) return false
  for (const recordId of absorbed) {
    if (isErased(toBook(await links.findLinks({ ...ref, recordId })))) return true
  }
  return false
}
