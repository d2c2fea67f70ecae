import type { RecordRef } from '../../lib/core/model/change.ts'
import type { Customer } from '../../lib/core/model/customer.ts'
import type { ClearableField } from '../../lib/core/model/provider.ts'
import type { Claim } from '../../lib/core/ports/payment-provider.ts'

/** A customer with a value in every field. Tests vary the fields they are about. */
export function aCustomer(different: Partial<Customer> = {}): Customer {
  return {
    name: { given: 'Aïssatou', family: 'Mbarga' },
    email: 'aissatou.mbarga@example.cm',
    phone: '+237699001122',
    companyName: 'Mbarga & Filles SARL',
    description: 'Prefers mobile money',
    address: {
      line1: '12 Rue de la Joie',
      line2: 'Porte 4',
      city: 'Douala',
      state: 'Littoral',
      postalCode: '00237',
      country: 'CM',
    },
    billing: { line1: 'BP 4021', city: 'Yaoundé', country: 'CM' },
    shipping: {
      name: 'Nguyễn Thị Lan',
      phone: '+84 912 345 678 ext. 9',
      address: { line1: '7 Phố Huế', city: 'Hà Nội', country: 'VN' },
    },
    metadata: { tier: 'gold' },
    ...different,
  }
}

export function aRef(different: Partial<RecordRef> = {}): RecordRef {
  return { source: 'hubspot', account: '4711', recordType: 'contact', recordId: '901', ...different }
}

export function aClaim(different: Partial<RecordRef> = {}): Claim {
  const ref = aRef(different)
  return { ref, idempotencyKey: `create-${ref.recordId}-0` }
}

export const clearNothing: ReadonlySet<ClearableField> = new Set()
export const clearing = (...fields: ClearableField[]): ReadonlySet<ClearableField> => new Set(fields)
