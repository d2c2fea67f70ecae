import { invented, sandbox } from '../../support/doc-entries.ts'
import type { OfflineProvider } from '../offline-definition.ts'
import { notchpaySandbox } from './sandbox.ts'

export const offline = {
  secrets: { NOTCHPAY_PUBLIC_KEY: 'pk_test_offline' },
  sandboxes: {
    NOTCHPAY_API_URL: {
      isDefault: true,
      create: ({ NOTCHPAY_PUBLIC_KEY: publicKey = '' }) => notchpaySandbox({ publicKey }),
    },
  },
  createPath: '/customers',
  docs: {
    variables: {
      NOTCHPAY_API_URL: {
        meaning: 'Origin of the API, such as `https://api.notchpay.co`.',
        offline: sandbox,
      },
      NOTCHPAY_PUBLIC_KEY: {
        meaning: 'The public key; it decides between test and live mode. A secret key is refused.',
        offline: invented,
      },
    },
  },
} satisfies OfflineProvider
