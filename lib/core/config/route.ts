import type { RecordRef } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'
import type { ProviderName } from '../model/provider.ts'
import type { Route } from './sync-config.ts'

/**
 * The provider at which a new customer is created, by the first route that matches; null when that route is `nowhere` or none
 * matches. The country is the address's, else the billing address's, else the phone number's (`phoneCountry`).
 */
export function routeCustomer(
  customer: Customer,
  ref: RecordRef,
  routes: readonly Route[],
  phoneCountry: (phone: string) => string | undefined,
): ProviderName | null {
  const country =
    customer.address?.country ??
    customer.billing?.country ??
    (customer.phone ? phoneCountry(customer.phone) : undefined)
  const route = routes.find(
    ({ source, account, recordType, countries }) =>
      (source === undefined || source === ref.source) &&
      (account === undefined || account === ref.account) &&
      (recordType === undefined || recordType === ref.recordType) &&
      (countries === undefined || countries.some((code) => code === country)),
  )
  return !route || route.to === 'nowhere' ? null : route.to
}
