import { RetryLater } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { Payload, PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import type { LinkSlot } from './guarded-save.ts'
import { isUnanswered, unsettled } from './in-flight.ts'

/**
 * Sends the payload to this link's customer. After an error what the provider holds may be unknown. Where no answer came, the
 * update may also be carried out later: the link then remembers its payload, so that until it is settled the same one can be
 * sent again soon, and stays acknowledged, but a newer one waits.
 */
export async function sendUpdate(
  slot: LinkSlot,
  id: ProviderCustomerId,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<'updated' | 'not-found'> {
  try {
    return await provider.updateCustomer(id, payload)
  } catch (error) {
    if (error instanceof RetryLater && error.ambiguous) slot.link = { ...slot.link, fingerprint: null }
    if (isUnanswered(error)) slot.link = unsettled(slot.link, fingerprint(payload), deps)
    throw error
  }
}

/** Makes a call that is no update. Where no answer came, nothing else is sent for this link until it is settled. */
export async function callOnce<T>(slot: LinkSlot, deps: SyncDeps, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (isUnanswered(error)) slot.link = unsettled(slot.link, null, deps)
    throw error
  }
}
