import type { OfflineProvider } from '../../providers/offline-definition.ts'
import { invented, sandbox } from '../../support/doc-entries.ts'
import { tillSandbox } from './sandbox.ts'

export const offline = {
  secrets: { TILL_SECRET_KEY: 'test_offline' },
  sandboxes: {
    TILL_API_URL: {
      isDefault: true,
      create: ({ TILL_SECRET_KEY: secretKey = '' }) => tillSandbox({ secretKey }),
    },
  },
  createPath: '/customers',
  docs: {
    variables: {
      TILL_API_URL: { meaning: 'Origin of the API.', offline: sandbox },
      TILL_SECRET_KEY: {
        meaning: 'The secret key; it decides between test and live mode.',
        offline: invented,
      },
    },
  },
} satisfies OfflineProvider
