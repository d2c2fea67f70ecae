import type { Link } from '../model/link.ts'
import { isErased, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/**
 * Whether the customer still holds an erased record's data: it was taken over from a record that has been erased since, and
 * nothing has been written to it.
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
