import { paymentProviderContract } from '../contracts/payment-provider.ts'
import { sandboxedNotchPay, sandboxedWooshPay } from './sandboxed.ts'

paymentProviderContract('Notch Pay', sandboxedNotchPay)
paymentProviderContract('WooshPay', sandboxedWooshPay)
