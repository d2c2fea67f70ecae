import type { PaymentProvider } from './payment-provider.ts'

type Call<Args extends readonly unknown[], Result> = (...args: Args) => Promise<Result>
export type Wrap = <Args extends readonly unknown[], Result>(call: Call<Args, Result>) => Call<Args, Result>

/** The same provider, with each of its network calls wrapped. */
export function wrapCalls(provider: PaymentProvider, wrap: Wrap): PaymentProvider {
  return {
    ...provider,
    findCustomers: wrap(provider.findCustomers),
    createCustomer: wrap(provider.createCustomer),
    retrieveCustomer: wrap(provider.retrieveCustomer),
    updateCustomer: wrap(provider.updateCustomer),
    eraseCustomer: wrap(provider.eraseCustomer),
    blockCustomer: wrap(provider.blockCustomer),
    unblockCustomer: wrap(provider.unblockCustomer),
  }
}
