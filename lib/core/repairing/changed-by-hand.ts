import type { CustomerChange } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { Clock } from '../ports/observers.ts'

/**
 * The change that makes the record of this link sync now. `id` makes its event id unique. Null when nothing can be done before
 * the CRM's next event: the record cannot be read, and is not known to be deleted.
 */
export function changedByHand(
  link: Link,
  id: string,
  canFetch: boolean,
  clock: Clock,
): CustomerChange | null {
  const change = {
    ...link.ref,
    v: 1,
    eventId: `by-hand:${id}`,
    receivedAt: clock.now().toISOString(),
  } as const
  if (canFetch) return { ...change, kind: 'changed' }
  // With the time of the known deletion, so that it does not override a later restoration.
  const isDeleted = link.state === 'closed' && link.crmVersion !== null
  return isDeleted ? { ...change, kind: 'deleted', occurredAt: link.crmVersion } : null
}
