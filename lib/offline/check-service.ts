import { findBadAddresses, findBadSettings } from '../adapters.ts'
import { findBadVariables } from '../config.ts'
import { InvalidSyncConfig } from '../core/config/sync-config.ts'
import {
  findImpossiblePolicies,
  findWarnings,
  type ProviderFeatures,
} from '../core/config/sync-config-warnings.ts'
import type { ClearableField, ProviderName } from '../core/model/provider.ts'
import type { PaymentProvider } from '../core/ports/payment-provider.ts'
import { buildProvider } from '../providers/build-provider.ts'
import { offlineProviders } from '../providers/offline.ts'
import { providers } from '../providers/registry.ts'
import type { CheckedSyncConfig } from '../sync-config.ts'
import { findUnknownParameters } from './adapter-parameters.ts'
import { findBadParameters, hasAlarmTarget } from './deployment-parameters.ts'
import { findTypeErrors } from './find-type-errors.ts'
import { loadSyncConfig, syncConfigFile } from './load-sync-config.ts'
import type { Serverless } from './serverless.ts'

const clock = { now: () => new Date() }
const isDeploying = /^(package|deploy|deploy function)$/
const isRunning = /^(offline.*|invoke local)$/

/**
 * Before a serverless command packages, deploys or runs the functions: prints every problem that would make each
 * webhook fail with a 5xx, one line each, and ends the process with code 2. Warns of settings that are valid but probably a mistake.
 */
export async function checkService(serverless: Serverless): Promise<void> {
  const command = serverless.processedInput.commands.join(' ')
  if (!isDeploying.test(command) && !isRunning.test(command)) return
  const { provider } = serverless.service
  const problems = isDeploying.test(command)
    ? [
        ...findUnknownParameters(serverless),
        ...findBadParameters(serverless),
        ...findBadEnvironment(provider.environment ?? {}),
      ]
    : []
  const config = await loadSyncConfig().catch((error: unknown) => {
    if (!(error instanceof InvalidSyncConfig)) throw error
    problems.push(error.message)
  })
  if (config) problems.push(...impossibilitiesOf(config))
  // Takes seconds, so only where nothing else is wrong.
  if (config && problems.length === 0 && isDeploying.test(command)) {
    problems.push(...(await findTypeErrors(syncConfigFile)))
  }
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n`)
    process.exit(2)
  }
  if (!config || command === 'invoke local') return
  const warnings = warningsOf(config)
  if (command === 'deploy' && !hasAlarmTarget(serverless)) {
    warnings.push(
      `no alarm target: nobody is notified of the alarms of stage ${provider.stage} (--param="alarmEmail=ops@example.com")`,
    )
  }
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`)
}

const ofSyncConfig = (line: string) => `${syncConfigFile}: ${line}`

/** Settings of sync.config.ts that are valid but probably a mistake, one line each. */
const warningsOf = (config: CheckedSyncConfig) => findWarnings(config, providerFeatures).map(ofSyncConfig)
const impossibilitiesOf = (config: CheckedSyncConfig) =>
  findImpossiblePolicies(config, providerFeatures).map(ofSyncConfig)

/** The warnings about a configuration. Throws InvalidSyncConfig for a policy that no listed provider can follow. */
export function reviewSyncConfig(config: CheckedSyncConfig): readonly string[] {
  const impossible = impossibilitiesOf(config)
  if (impossible.length > 0) throw new InvalidSyncConfig(impossible)
  return warningsOf(config)
}

function findBadEnvironment(environment: Readonly<Record<string, unknown>>): string[] {
  return [...findBadVariables(environment), ...findBadAddresses(environment), ...findBadSettings(environment)]
}

/** As the adapters declare them. No call is made, so the keys do not matter. */
export const providerFeatures: Readonly<Record<ProviderName, ProviderFeatures>> = Object.fromEntries(
  Object.values(providers).map((definition) => {
    const { secrets } = offlineProviders[definition.name] ?? { secrets: {} }
    return [definition.name, featuresOf(buildProvider(definition, { secrets, variables: {}, clock }))]
  }),
)

function featuresOf({ abilities, toPayload }: PaymentProvider): ProviderFeatures {
  const ref = { source: 'hubspot', account: '1', recordType: 'contact', recordId: '1' } as const
  const bodyOf = (field: ClearableField, clear: readonly ClearableField[]) => {
    const empty = field === 'name' ? { full: null } : null
    return JSON.stringify(toPayload({ email: 'a@example.com', [field]: empty }, ref, new Set(clear)))
  }
  return { abilities, canClear: (field) => bodyOf(field, [field]) !== bodyOf(field, []) }
}
