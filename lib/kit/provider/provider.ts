import { Misconfigured, Rejected } from '../../core/model/errors.ts'
import type { Mode, ProviderCustomerId } from '../../core/model/provider.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { PaymentProvider } from '../../core/ports/payment-provider.ts'
import { type Api, jsonBody } from '../../providers/api.ts'
import { callApi, customerPath } from '../../providers/call-api.ts'
import { customerCaller } from '../../providers/customer-caller.ts'
import { knownWords } from '../../providers/known-words.ts'
import { identityOf, ownerOf } from '../../providers/metadata.ts'
import { type CustomerAnswer, errorWords, readCustomer } from './schemas.ts'
import { toTillPayload } from './to-payload.ts'

type TillOptions = {
  readonly origin: string
  readonly secretKey: string
  readonly clock: Clock
}

const errors = knownWords(errorWords)

/** How long a repeated idempotency key returns the same customer. */
const idempotencyHours = 24

/**
 * Till's customers. They cannot be searched, so a create contains the owner only and can be repeated under its idempotency
 * key; the data follows as an update. Throws Misconfigured for an invalid key.
 */
export function tillProvider({ origin, secretKey, clock }: TillOptions): PaymentProvider {
  const mode = readKey(secretKey)
  const api: Api = {
    title: 'Till',
    origin,
    headers: { authorization: `Bearer ${secretKey}`, accept: 'application/json' },
    encoding: jsonBody,
    clock,
    errors,
  }
  const customers = customerCaller<CustomerAnswer>(api, '/customers', readCustomer)

  return {
    name: 'till',
    mode,
    abilities: {
      search: false,
      delete: true,
      block: false,
      lostCreates: [{ by: 'key', hours: idempotencyHours }],
    },
    toPayload: toTillPayload,
    async findCustomers() {
      throw new Error('Till cannot be searched: see abilities.search')
    },
    async createCustomer({ ref, idempotencyKey }) {
      const customer = await customers.create({
        body: { metadata: identityOf(ref) },
        headers: { 'idempotency-key': idempotencyKey },
      })
      return { id: customer.id as ProviderCustomerId, complete: false }
    },
    retrieveCustomer: (id) => customers.call(id, { method: 'GET' }),
    ownerOf: ({ metadata }, ref) => ownerOf(metadata, ref),
    async updateCustomer(id, payload) {
      return (await customers.call(id, { method: 'PATCH', body: payload })) ? 'updated' : 'not-found'
    },
    async eraseCustomer(id) {
      await callApi(api, { method: 'DELETE', path: customerPath('/customers', id) }, { orMissing: true })
      return 'done'
    },
    blockCustomer: cannotBlock,
    unblockCustomer: cannotBlock,
  }
}

/** The mode of a key. Throws Misconfigured for any other format. */
function readKey(secretKey: string): Mode {
  const mode = /^(live|test)_[\x21-\x7e]+$/.exec(secretKey)?.[1]
  if (mode === 'live' || mode === 'test') return mode
  throw new Misconfigured('BAD_KEY', 'TILL_SECRET_KEY: expected a key such as live_… or test_…')
}

async function cannotBlock(): Promise<never> {
  throw new Rejected('NOT_SUPPORTED', 'Till cannot block a customer: set policies.onDelete to "keep"')
}
