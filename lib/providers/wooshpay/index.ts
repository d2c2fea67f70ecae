import { defineProvider } from '../definition.ts'
import { hosts } from './key.ts'
import { wooshpayProvider } from './provider.ts'

export const wooshpay = defineProvider<typeof import('./offline.ts')>()({
  name: 'wooshpay',
  title: 'WooshPay',
  secrets: ['WOOSHPAY_SECRET_KEY'],
  // No default, because the host depends on the key's mode.
  apiUrls: { WOOSHPAY_API_URL: { hosts: Object.values(hosts) } },
  build: ({ secrets, origins, clock }) =>
    wooshpayProvider({
      secretKey: secrets.WOOSHPAY_SECRET_KEY ?? '',
      origin: origins.WOOSHPAY_API_URL,
      clock,
    }),
})
