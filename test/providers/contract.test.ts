import { providers } from '../../lib/providers/registry.ts'
import { paymentProviderContract } from '../contracts/payment-provider.ts'
import { sandboxedProvider } from './sandboxed.ts'

for (const { name, title } of Object.values(providers)) {
  paymentProviderContract(title, () => sandboxedProvider(name))
}
