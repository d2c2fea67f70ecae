import type { CustomerState } from '../model/customer.ts'
import { RetryLater } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { Link } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { Payload } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { changedFields, markFields } from './changed-fields.ts'
import { advance, clearFingerprint, type LinkSlot } from './guarded-save.ts'
import { stillUnsettled } from './in-flight.ts'
import { noted } from './note.ts'

/** The link after the provider has acknowledged this payload. Its history names the fields that an update changed. */
export function acknowledged(
  link: Link,
  { version, customer: { unreadable = [] } }: CustomerState,
  payload: Payload,
  lastOutcome: Outcome,
  deps: Pick<SyncDeps, 'clock' | 'trigger'>,
): Link {
  const fields = lastOutcome === 'updated' ? changedFields(link.fieldMarks, payload, link.ref) : []
  return {
    ...noted(link, { event: lastOutcome, fields }, deps),
    state: 'linked',
    fingerprint: fingerprint(payload),
    fieldMarks: markFields(payload, link.ref),
    crmVersion: version ?? link.crmVersion,
    claim: null,
    ...stillUnsettled(link, deps),
    candidates: [],
    unreadable,
    syncedAt: deps.clock.now().toISOString(),
    lastOutcome,
    failure: null,
  }
}

/**
 * Saves an acknowledged link. When another worker has saved first, it is unknown whose payload the provider holds: the
 * stored fingerprint is cleared, so that the next try sends the newest state again.
 */
export async function saveAcknowledged(slot: LinkSlot, next: Link, links: CustomerLinks): Promise<void> {
  try {
    await advance(slot, next, links)
  } catch (error) {
    if (error instanceof RetryLater) await clearFingerprint(next, links)
    throw error
  }
}
