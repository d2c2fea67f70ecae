import type { Policies } from '../config/sync-config.ts'
import type { Customer } from '../model/customer.ts'
import { Rejected } from '../model/errors.ts'

/**
 * Throws Rejected (PHONE_UNREADABLE) when the CRM holds a phone number that cannot be read and `policies.unreadablePhone`
 * says `refuse`. With `keep`, the provider keeps the number it has; for mobile money, that is the account it pays.
 */
export function refuseUnreadablePhone({ unreadable = [] }: Customer, { unreadablePhone }: Policies): void {
  if (unreadablePhone === 'keep' || !unreadable.includes('phone')) return
  throw new Rejected(
    'PHONE_UNREADABLE',
    'the phone number in the CRM cannot be read: enter it with its country code, such as +237…, or fill in the country',
    { field: 'phone' },
  )
}
