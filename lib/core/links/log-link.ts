import { type RecordRef, refOf } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../model/provider.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { retriedWhenSettled } from './in-flight.ts'

/** A record's customer at a provider, as every log line about it names it. */
export type LinkFields = RecordRef & {
  readonly provider: ProviderName | null
  readonly mode: Mode
  readonly providerCustomerId: ProviderCustomerId | null
}

export function linkFields({ ref, provider, mode, providerCustomerId }: Link): LinkFields {
  return { ...refOf(ref), provider, mode, providerCustomerId }
}

/**
 * Erases the customer at the provider and logs it: an erasure must be traceable, whichever event caused it. One that may come
 * late is tried again when it is settled: a record that has the customer by then must send its data after it.
 */
export async function eraseAndLog(
  provider: PaymentProvider,
  id: ProviderCustomerId,
  link: Link,
  deps: Pick<SyncDeps, 'log' | 'claimLeaseSeconds'>,
): Promise<void> {
  const how = await provider.eraseCustomer(id, link.ref).catch((error: unknown) => {
    throw retriedWhenSettled(error, deps)
  })
  const message =
    how === 'done' ? 'customer data erased at the provider' : 'customer data will be erased by the provider'
  deps.log.info(message, { ...linkFields(link), providerCustomerId: id })
}
