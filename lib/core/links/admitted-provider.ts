import type { RecordRef } from '../model/change.ts'
import { Undecided } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import type { ProviderName } from '../model/provider.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

export type LinkAtProvider = Link & { readonly provider: ProviderName }

/**
 * The provider, admitted by its circuit breaker, which watches every call. Throws RetryLater while the provider is paused,
 * Undecided (`PROVIDER_OFF`) when it is switched off.
 */
export async function admittedProvider(
  name: ProviderName,
  ref: RecordRef,
  deps: SyncDeps,
): Promise<PaymentProvider> {
  const provider = await providerOf(name, ref, deps)
  await deps.breaker.admit(provider, ref)
  return provider
}

/** The provider of a link, admitted. Throws like `admittedProvider` and `refuseUnreachable`. */
export async function admittedProviderOf(link: LinkAtProvider, deps: SyncDeps): Promise<PaymentProvider> {
  await refuseUnreachable(link, deps)
  return admittedProvider(link.provider, link.ref, deps)
}

/** Throws Undecided when the customer cannot be reached: `PROVIDER_OFF`, or `OTHER_MODE` when the key is for the other mode. */
export async function refuseUnreachable(link: LinkAtProvider, deps: SyncDeps): Promise<void> {
  const provider = await providerOf(link.provider, link.ref, deps)
  if (provider.mode === link.mode) return
  throw new Undecided(
    'OTHER_MODE',
    `the customer ${link.providerCustomerId ?? 'of this record'} is in ${link.mode} mode at ${link.provider}, and the key is for ${provider.mode}: set a ${link.mode} key and redrive, or make the change at the provider and forget the link`,
    link.providerCustomerId ? [link.providerCustomerId] : [],
  )
}

async function providerOf(name: ProviderName, ref: RecordRef, deps: SyncDeps): Promise<PaymentProvider> {
  if (!deps.providers.has(name)) {
    throw new Undecided(
      'PROVIDER_OFF',
      `the provider ${name} is switched off in sync.config.ts: switch it on and redrive, or make the change at the provider`,
    )
  }
  return deps.breaker.watch(await deps.provider(name), ref)
}

export function hasProvider(link: Link): link is LinkAtProvider {
  return link.provider !== null
}
