import { Misconfigured } from '../../core/model/errors.ts'
import type { Mode, ProviderCustomerId } from '../../core/model/provider.ts'
import type { Clock } from '../../core/ports/observers.ts'
import type { PaymentProvider } from '../../core/ports/payment-provider.ts'
import { type Api, jsonBody } from '../api.ts'
import { callApi, customerPath } from '../call-api.ts'
import { customerCaller } from '../customer-caller.ts'
import { ownerOf } from '../metadata.ts'
import { findNotchPayCustomers } from './find-customers.ts'
import { type CustomerAnswer, readCustomer } from './schemas.ts'
import { toNotchPayPayload } from './to-payload.ts'

export type NotchPayOptions = {
  readonly origin: string
  readonly publicKey: string
  readonly clock: Clock
}

/** How long a search may not show a new customer; not documented (a guess). */
const searchLagSeconds = 20

/**
 * Notch Pay's customers (https://developer.notchpay.co/api-reference, OpenAPI 2.1.0). Idempotency keys were
 * documented once and then removed, so a create cannot be repeated safely: after a lost response, the customer is
 * searched for. Throws Misconfigured for an invalid key.
 */
export function notchpayProvider(options: NotchPayOptions): PaymentProvider {
  const api = apiOf(options)

  const customers = customerCaller<CustomerAnswer>(api, '/customers', readCustomer)

  const setBlocked = async (id: ProviderCustomerId, verb: 'block' | 'unblock'): Promise<void> => {
    await callApi(
      api,
      { method: 'POST', path: `${customerPath('/customers', id)}/${verb}` },
      { orMissing: true },
    )
  }

  return {
    name: 'notchpay',
    mode: modeOf(options.publicKey),
    abilities: {
      search: true,
      delete: true,
      block: true,
      lostCreates: [{ by: 'search', lagSeconds: searchLagSeconds }],
    },
    toPayload: toNotchPayPayload,
    findCustomers: (customer, ref) =>
      findNotchPayCustomers(api, customer, ref, (id) => customers.call(id, { method: 'GET' })),
    async createCustomer({ idempotencyKey }, payload) {
      const headers = { 'idempotency-key': idempotencyKey }
      const customer = await customers.create({ body: payload, headers })
      return { id: customer.id as ProviderCustomerId, complete: true }
    },
    retrieveCustomer: (id) => customers.call(id, { method: 'GET' }),
    ownerOf: ({ metadata }, ref) => ownerOf(metadata, ref),
    async updateCustomer(id, payload) {
      return (await customers.call(id, { method: 'POST', body: payload })) ? 'updated' : 'not-found'
    },
    async eraseCustomer(id) {
      await callApi(api, { method: 'DELETE', path: customerPath('/customers', id) }, { orMissing: true })
      return 'done'
    },
    blockCustomer: (id) => setBlocked(id, 'block'),
    unblockCustomer: (id) => setBlocked(id, 'unblock'),
  }
}

function apiOf({ origin, publicKey, clock }: NotchPayOptions): Api {
  // Customers only need the public key (https://developer.notchpay.co, "Authentication"). The secret key can move money.
  if (/^\s*sk[._]/i.test(publicKey)) {
    throw new Misconfigured(
      'BAD_KEY',
      'NOTCHPAY_PUBLIC_KEY holds a secret key: set the public key, such as pk_live_… or pk_test_…',
    )
  }
  if (!/^[\x21-\x7e]+$/.test(publicKey)) {
    throw new Misconfigured('BAD_KEY', 'NOTCHPAY_PUBLIC_KEY: expected a key such as pk_test_… without spaces')
  }
  return {
    title: 'Notch Pay',
    origin,
    // The raw key, without "Bearer". Without Accept, the backend may answer errors with a redirect (a guess).
    headers: { authorization: publicKey, accept: 'application/json' },
    encoding: jsonBody,
    clock,
  }
}

/** Live and test mode share one host; the key decides. Prefixes vary (`pk_test_`, `pk.`, `sb.`), so none is required. */
function modeOf(publicKey: string): Mode {
  return /(^|[._-])test([._-]|$)|^sb\./.test(publicKey) ? 'test' : 'live'
}
