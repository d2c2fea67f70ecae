import type { ProviderCustomerId } from '../core/model/provider.ts'
import type { Api, ApiCall } from './api.ts'
import { callApi, customerPath, expectSameId, unreadable } from './call-api.ts'

/** The customer in a response body; null when there is none. */
type ReadCustomer<Customer> = (body: unknown) => Customer | null

export type CustomerCaller<Customer> = {
  /** Creates a customer. Throws RetryLater (`ambiguous`) when the response cannot be read. */
  create(call: Omit<ApiCall, 'path' | 'method'>): Promise<Customer>
  /** A call about one customer; null when it does not exist. Throws when the response is about another customer. */
  call(id: ProviderCustomerId, call: Omit<ApiCall, 'path'>): Promise<Customer | null>
}

/** The calls of a provider with a single customer collection: `POST /customers`, `… /customers/{id}`. */
export function customerCaller<Customer extends { readonly id: string }>(
  api: Api,
  collection: string,
  readCustomer: ReadCustomer<Customer>,
): CustomerCaller<Customer> {
  const read = (request: ApiCall, body: unknown): Customer => {
    const customer = readCustomer(body)
    if (customer) return customer
    throw unreadable(api, request)
  }
  return {
    async create(call) {
      const request = { ...call, method: 'POST', path: collection } as const
      return read(request, (await callApi(api, request)).body)
    },
    async call(id, call) {
      const request = { ...call, path: customerPath(collection, id) }
      const { found, body } = await callApi(api, request, { orMissing: true })
      if (!found) return null
      const customer = read(request, body)
      expectSameId(api, id, customer.id)
      return customer
    },
  }
}
