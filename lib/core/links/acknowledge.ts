import type { CustomerState } from '../model/customer.ts'
import { RetryLater } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { Link, Outcome } from '../model/link.ts'
import type { CustomerLinks } from '../ports/customer-links.ts'
import type { Payload } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { advance, clearFingerprint, type LinkSlot } from './guarded-save.ts'

/** The link after the provider has acknowledged this payload. */
export function acknowledged(
  link: Link,
  { version, customer: { unreadable = [] } }: CustomerState,
  payload: Payload,
  lastOutcome: Outcome,
  { clock }: Pick<SyncDeps, 'clock'>,
): Link {
  return {
    ...link,
    state: 'linked',
    fingerprint: fingerprint(payload),
    crmVersion: version ?? link.crmVersion,
    claim: null,
    unsettledUntil: null,
    candidates: [],
    unreadable,
    syncedAt: clock.now().toISOString(),
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
