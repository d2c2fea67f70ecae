import { type RecordRef, recordKey } from '../../../core/model/change.ts'
import { RetryLater } from '../../../core/model/errors.ts'
import type { ProviderCustomerId, ProviderName } from '../../../core/model/provider.ts'
import type { Payload, PaymentProvider } from '../../../core/ports/payment-provider.ts'
import type { Limited } from '../../../core/ports/sync-deps.ts'

/** A call that a sync would make to change something at a provider. */
export type ProviderCall = { readonly ref: RecordRef; readonly provider: ProviderName } & (
  | { readonly kind: 'create'; readonly payload: Payload }
  | {
      readonly kind: 'update'
      readonly id: ProviderCustomerId
      readonly payload: Payload
      /** The customer as the provider shows it now; null when it could not be read, for the reason in `unread`. */
      readonly shown: Payload | null
      readonly unread: string | null
    }
  /** The provider no longer has the customer of the link. */
  | { readonly kind: 'missing'; readonly id: ProviderCustomerId }
  | { readonly kind: 'erase' | 'block' | 'unblock'; readonly id: ProviderCustomerId }
)

export type RecordedProviders = {
  /** The same provider, whose reads are made and whose other calls are recorded instead of sent. */
  record(provider: PaymentProvider, ref: RecordRef): PaymentProvider
  calls(): readonly ProviderCall[]
  /** Forgets the calls for this record, so that it can be planned again. */
  discard(ref: RecordRef): void
}

const plannedPrefix = 'planned:'

/** Whether this is a customer that exists in the plan only. */
export function isPlanned(id: ProviderCustomerId): boolean {
  return id.startsWith(plannedPrefix)
}

/** `limited` bounds how many customers are read at a time. */
export function recordedProviders(limited: Limited): RecordedProviders {
  let calls: ProviderCall[] = []
  /** Customers that exist in the plan only, by the record that they would be created for. */
  const planned = new Map<ProviderCustomerId, string>()
  const reads = new Map<string, Promise<Payload | null>>()
  const plannedId = (ref: RecordRef) => {
    const id = `${plannedPrefix}${planned.size + 1}` as ProviderCustomerId
    planned.set(id, recordKey(ref))
    return id
  }

  const record = (provider: PaymentProvider, ref: RecordRef): PaymentProvider => {
    const { name, mode } = provider
    const add = (call: CallBody) => void calls.push({ ref, provider: name, ...call })
    const retrieve = (id: ProviderCustomerId): Promise<Payload | null> => {
      if (planned.has(id)) return Promise.resolve(null)
      const key = `${name}#${mode}#${id}`
      const known = reads.get(key) ?? limited(() => provider.retrieveCustomer(id))
      reads.set(key, known)
      known.catch(() => reads.delete(key))
      return known
    }
    return {
      ...provider,
      findCustomers: (customer, owner) => limited(() => provider.findCustomers(customer, owner)),
      retrieveCustomer: retrieve,
      async createCustomer(claim, payload) {
        // Without a payload, a lost create is repeated only to learn the customer's id.
        if (Object.keys(payload).length > 0) add({ kind: 'create', payload })
        return { id: plannedId(claim.ref), complete: true }
      },
      async updateCustomer(id, payload) {
        if (planned.has(id)) {
          const isCreated = planned.get(id) === recordKey(ref)
          if (!isCreated) add({ kind: 'update', id, payload, shown: {}, unread: null })
          return 'updated'
        }
        const read = await tryRead(retrieve(id))
        if (read.shown === null && read.unread === null) {
          add({ kind: 'missing', id })
          return 'not-found'
        }
        add({ kind: 'update', id, payload, ...read })
        return 'updated'
      },
      async eraseCustomer(id) {
        add({ kind: 'erase', id })
        return 'done'
      },
      blockCustomer: async (id) => add({ kind: 'block', id }),
      unblockCustomer: async (id) => add({ kind: 'unblock', id }),
    }
  }
  return {
    record,
    calls: () => calls,
    discard(ref) {
      calls = calls.filter((call) => recordKey(call.ref) !== recordKey(ref))
    },
  }
}

type CallBody = ProviderCall extends infer Call
  ? Call extends ProviderCall
    ? Omit<Call, 'ref' | 'provider'>
    : never
  : never

/** The update would be sent once the provider answers again, so an outage fails no plan. Throttling passes: it is planned again. */
async function tryRead(
  read: Promise<Payload | null>,
): Promise<{ readonly shown: Payload | null; readonly unread: string | null }> {
  try {
    return { shown: await read, unread: null }
  } catch (error) {
    if (!(error instanceof RetryLater) || error.code === 'THROTTLED') throw error
    return { shown: null, unread: error.code }
  }
}
