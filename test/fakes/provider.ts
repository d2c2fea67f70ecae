import { type RecordRef, recordKey } from '../../lib/core/model/change.ts'
import { fullName } from '../../lib/core/model/customer.ts'
import { Rejected } from '../../lib/core/model/errors.ts'
import type { ProviderAbilities, ProviderCustomerId, ProviderName } from '../../lib/core/model/provider.ts'
import type { FoundCustomer, Payload, PaymentProvider } from '../../lib/core/ports/payment-provider.ts'

type Call = 'find' | 'create' | 'retrieve' | 'update' | 'erase' | 'block' | 'unblock'

export type FakeProvider = PaymentProvider & {
  readonly customers: Map<ProviderCustomerId, Payload>
  readonly blocked: Set<ProviderCustomerId>
  readonly calls: Call[]
  /** The next call of that kind throws `error`, after it was carried out if `committed`. */
  failNext(call: Call, error: Error, committed?: boolean): void
  /** Searches do not show customers yet, as after a create. */
  searchLags: boolean
  /** An erasure is only accepted, and carried out later. */
  erasesLater: boolean
  /** The provider no longer knows the idempotency keys of earlier creates. */
  expireKeys(): void
}

const searchable: ProviderAbilities = {
  search: true,
  delete: true,
  block: true,
  lostCreates: [{ by: 'search', lagSeconds: 15 }],
}
const repeatable: ProviderAbilities = {
  search: false,
  delete: false,
  block: false,
  lostCreates: [{ by: 'key', hours: 24 }],
}

/** Like Notch Pay: search, no idempotency keys. */
export function fakeNotchPay(): FakeProvider {
  return fakeProvider('notchpay', searchable)
}

/** Idempotency keys and a search, like Stripe. */
export function fakeRepeatableAndSearched(): FakeProvider {
  return fakeProvider('notchpay', {
    ...searchable,
    lostCreates: [...repeatable.lostCreates, { by: 'search', lagSeconds: 60 }],
  })
}

/** Like WooshPay: no search; creates use idempotency keys and contain the identity only. */
export function fakeWooshPay(): FakeProvider {
  return fakeProvider('wooshpay', repeatable)
}

function fakeProvider(name: ProviderName, abilities: ProviderAbilities): FakeProvider {
  const isByMetadata = (payload: Payload, ref: RecordRef) =>
    abilities.lostCreates.length > 1 && ownerOf(payload, ref) === 'this-record'
  const customers = new Map<ProviderCustomerId, Payload>()
  const blocked = new Set<ProviderCustomerId>()
  const calls: Call[] = []
  const byKey = new Map<string, ProviderCustomerId>()
  const faults: { call: Call; error: Error; committed: boolean }[] = []
  let count = 0

  const call = async <T>(kind: Call, work: () => T): Promise<T> => {
    calls.push(kind)
    const index = faults.findIndex((fault) => fault.call === kind)
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]
    if (fault && !fault.committed) throw fault.error
    const result = work()
    if (fault) throw fault.error
    return result
  }
  const make = (payload: Payload) => {
    count += 1
    const id = `${name}_${count}` as ProviderCustomerId
    customers.set(id, payload)
    return id
  }

  const fake: FakeProvider = {
    name,
    mode: 'test',
    abilities,
    customers,
    blocked,
    calls,
    searchLags: false,
    erasesLater: false,
    expireKeys: () => byKey.clear(),
    failNext: (kind, error, committed = false) => {
      faults.push({ call: kind, error, committed })
    },
    toPayload(customer, ref) {
      if (!customer.email && !customer.phone)
        throw new Rejected('CONTACT_MISSING', 'neither', { field: 'email' })
      return {
        name: fullName(customer),
        email: customer.email,
        phone: customer.phone,
        metadata: { crm: recordKey(ref) },
      }
    },
    findCustomers: (customer, ref) =>
      call('find', () =>
        fake.searchLags
          ? []
          : [...customers]
              .filter(([, payload]) => payload['email'] === customer.email || isByMetadata(payload, ref))
              .map(([id, payload]) => ({ id, owner: ownerOf(payload, ref) })),
      ),
    createCustomer: ({ ref, idempotencyKey }, payload) =>
      call('create', () => {
        if (!abilities.lostCreates.some(({ by }) => by === 'key')) {
          return { id: make(payload), complete: true }
        }
        const id = byKey.get(idempotencyKey) ?? make({ metadata: { crm: recordKey(ref) } })
        byKey.set(idempotencyKey, id)
        return { id, complete: false }
      }),
    retrieveCustomer: (id) => call('retrieve', () => customers.get(id) ?? null),
    ownerOf,
    updateCustomer: (id, payload) =>
      call('update', () => {
        if (!customers.has(id)) return 'not-found'
        customers.set(id, { ...customers.get(id), ...payload })
        return 'updated'
      }),
    eraseCustomer: (id, ref) =>
      call('erase', () => {
        if (abilities.delete) customers.delete(id)
        else if (customers.has(id)) customers.set(id, { metadata: { crm: recordKey(ref), erased: 'true' } })
        return fake.erasesLater ? 'requested' : 'done'
      }),
    blockCustomer: (id) => call('block', () => void blocked.add(id)),
    unblockCustomer: (id) => call('unblock', () => void blocked.delete(id)),
  }
  return fake
}

function ownerOf(payload: Payload, ref: RecordRef): FoundCustomer['owner'] {
  const crm = (payload['metadata'] as { crm?: string } | undefined)?.crm
  if (crm === undefined) return 'unknown'
  return crm === recordKey(ref) ? 'this-record' : 'another-record'
}
