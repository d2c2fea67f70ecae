import type { ClearableField, PaymentProvider, ProviderName } from '../core/ports.ts'
import { InvalidSyncConfig } from '../core/sync-config.ts'
import { findWarnings, type ProviderFeatures } from '../core/sync-config-warnings.ts'
import { notchpayProvider } from '../providers/notchpay/index.ts'
import { wooshpayProvider } from '../providers/wooshpay/index.ts'
import { findTypeErrors, loadSyncConfig } from './load-sync-config.ts'

const isDeploying = /^(package|deploy|deploy function)$/
const isRunning = /^(offline.*|invoke local)$/

/**
 * Before a serverless command packages, deploys or runs the functions: prints what is wrong with sync.config.ts, one line
 * each, and ends the process with code 2, since every webhook would be answered with a 5xx. Prints warnings too.
 */
export async function checkSyncConfig(command: string): Promise<void> {
  if (!isDeploying.test(command) && !isRunning.test(command)) return
  try {
    const config = await loadSyncConfig()
    const typeErrors = isDeploying.test(command) ? await findTypeErrors() : []
    if (typeErrors.length > 0) throw new InvalidSyncConfig(typeErrors)
    if (command === 'invoke local') return
    for (const warning of findWarnings(config, providerFeatures)) {
      process.stderr.write(`warning: sync.config.ts: ${warning}\n`)
    }
  } catch (error) {
    if (!(error instanceof InvalidSyncConfig)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

/** As the adapters say themselves; no call is made, so any key will do. */
export const providerFeatures: Record<ProviderName, ProviderFeatures> = {
  notchpay: featuresOf(notchpayProvider({ publicKey: 'pk_test_unused' })),
  wooshpay: featuresOf(wooshpayProvider({ secretKey: 'sk_test_unused' })),
}

function featuresOf({ abilities, toPayload }: PaymentProvider): ProviderFeatures {
  const ref = { source: 'hubspot', account: '1', recordType: 'contact', recordId: '1' } as const
  const bodyOf = (field: ClearableField, clear: readonly ClearableField[]) => {
    const empty = field === 'name' ? { full: null } : null
    return JSON.stringify(toPayload({ email: 'a@example.com', [field]: empty }, ref, new Set(clear)))
  }
  return { abilities, canClear: (field) => bodyOf(field, [field]) !== bodyOf(field, []) }
}
