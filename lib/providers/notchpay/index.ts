import { defineProvider } from '../definition.ts'
import { notchpayProvider } from './provider.ts'

export const notchpay = defineProvider<typeof import('./offline.ts')>()({
  name: 'notchpay',
  title: 'Notch Pay',
  secrets: ['NOTCHPAY_PUBLIC_KEY'],
  apiUrls: { NOTCHPAY_API_URL: { default: 'https://api.notchpay.co', hosts: ['api.notchpay.co'] } },
  build: ({ secrets, origins, clock }) =>
    notchpayProvider({
      publicKey: secrets.NOTCHPAY_PUBLIC_KEY ?? '',
      origin: origins.NOTCHPAY_API_URL,
      clock,
    }),
})
