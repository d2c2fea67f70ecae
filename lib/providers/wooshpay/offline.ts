import type { OfflineProvider } from '../offline-definition.ts'
import { wooshpaySandbox } from './sandbox.ts'

export const offline = {
  secrets: { WOOSHPAY_SECRET_KEY: 'sk_test_offline' },
  sandboxes: {
    WOOSHPAY_API_URL: {
      isDefault: true,
      create: ({ WOOSHPAY_SECRET_KEY: secretKey = '' }) => wooshpaySandbox({ secretKey }),
    },
  },
} satisfies OfflineProvider
