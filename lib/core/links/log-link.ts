import { type RecordRef, refOf } from '../model/change.ts'
import type { Link } from '../model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../model/provider.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** A record's customer at a provider, as every log line about it names it. */
export type LinkFields = RecordRef & {
  readonly provider: ProviderName | null
  readonly mode: Mode
  readonly providerCustomerId: ProviderCustomerId | null
}

export function linkFields({ ref, provider, mode, providerCustomerId }: Link): LinkFields {
  return { ...refOf(ref), provider, mode, providerCustomerId }
}

/** Erases the customer at the provider and logs it: an erasure must be traceable, whichever event caused it. */
export async function eraseAndLog(
  provider: PaymentProvider,
  id: ProviderCustomerId,
  link: Link,
  { log }: Pick<SyncDeps, 'log'>,
): Promise<void> {
  const how = await provider.eraseCustomer(id, link.ref)
  const message =
    how === 'done' ? 'customer data erased at the provider' : 'customer data will be erased by the provider'
  log.info(message, { ...linkFields(link), providerCustomerId: id })
}
