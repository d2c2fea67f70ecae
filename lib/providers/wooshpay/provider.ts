import { Rejected } from '../../core/model/errors.ts'
import type { ProviderCustomerId } from '../../core/model/provider.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { PaymentProvider } from '../../core/ports/payment-provider.ts'
import { type Api, jsonBody } from '../api.ts'
import { customerCaller } from '../customer-caller.ts'
import { knownWords } from '../known-words.ts'
import { identityOf, ownerOf } from '../metadata.ts'
import { blankPayload, expectErased, showsMetadata } from './erase.ts'
import { errorWords } from './error-words.ts'
import { originFor, readSecretKey } from './key.ts'
import { type CustomerAnswer, readCustomer } from './schemas.ts'
import { toWooshPayPayload } from './to-payload.ts'

export type WooshPayOptions = {
  /** Default: the host for the key's mode. */
  readonly origin: string | undefined
  readonly secretKey: string
  readonly clock: Clock
}

const errors = knownWords(errorWords)

/** How long an idempotency key is trusted. Stripe keeps keys for at least this long; WooshPay does not document it (a guess). */
const idempotencyHours = 24

/**
 * WooshPay's customers (https://docs.wooshpay.com, "Customers"): create, retrieve and update only. Without a search,
 * a customer whose id is lost cannot be found, so a create contains the owner only and can be repeated byte for byte.
 * Throws Misconfigured for an invalid key, or one that does not belong to the host.
 */
export function wooshpayProvider({ origin, secretKey, clock }: WooshPayOptions): PaymentProvider {
  const { key, mode } = readSecretKey(secretKey)
  const api: Api = {
    title: 'WooshPay',
    origin: originFor(mode, origin),
    headers: {
      // The key is the user name; the password is blank.
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      accept: 'application/json',
    },
    encoding: jsonBody,
    clock,
    errors,
    // Another request, possibly with the same idempotency key, is in progress and may still create the customer.
    statuses: { 409: 'failed' },
  }

  const customers = customerCaller<CustomerAnswer>(api, '/v1/customers', readCustomer)

  return {
    name: 'wooshpay',
    mode,
    abilities: {
      search: false,
      delete: false,
      block: false,
      lostCreates: [{ by: 'key', hours: idempotencyHours }],
    },
    toPayload: toWooshPayPayload,
    async findCustomers() {
      throw new Error('WooshPay cannot be searched: see abilities.search')
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
      return (await customers.call(id, { method: 'POST', body: payload })) ? 'updated' : 'not-found'
    },
    async eraseCustomer(id, ref) {
      const held = await customers.call(id, { method: 'GET' })
      if (!held) return 'done'
      const answer = await customers.call(id, { method: 'POST', body: blankPayload(held, ref) })
      const left = answer && !showsMetadata(answer) ? await customers.call(id, { method: 'GET' }) : answer
      if (left) expectErased(left, ref)
      return 'done'
    },
    blockCustomer: async () => {
      throw cannotBlock()
    },
    unblockCustomer: async () => {
      throw cannotBlock()
    },
  }
}

const cannotBlock = (): Rejected =>
  new Rejected('NOT_SUPPORTED', 'WooshPay cannot block a customer: set policies.onDelete to "keep"')
