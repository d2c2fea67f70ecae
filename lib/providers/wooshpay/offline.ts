import { invented, sandbox } from '../../support/doc-entries.ts'
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
  createPath: '/v1/customers',
  docs: {
    variables: {
      WOOSHPAY_API_URL: {
        meaning:
          'Origin of the API, which must be the host of the mode that the key is for. Deployed, it follows from the key where it is not set.',
        offline: sandbox,
      },
      WOOSHPAY_SECRET_KEY: {
        meaning: 'The secret key; it decides between test and live mode, and so the host.',
        offline: invented,
      },
    },
  },
} satisfies OfflineProvider
