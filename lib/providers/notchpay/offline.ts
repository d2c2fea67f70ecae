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
} satisfies OfflineProvider
