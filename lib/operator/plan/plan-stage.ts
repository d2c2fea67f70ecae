import { dynamodbBreakers } from '../../aws/breakers.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import type { Variables } from '../../offline/environment.ts'
import { borrowedTokens } from '../../sources/access-token.ts'
import { keySealer } from '../../support/sealer.ts'
import { enabledSourcesOf, providersOf } from '../../wiring/adapters.ts'
import { clock } from '../../wiring/clock.ts'
import { operatorSettings } from '../../wiring/operator-settings.ts'
import { openLinks } from '../links/open-links.ts'
import type { Stage } from '../stage/stage.ts'
import { stageTokens } from '../stage/stage-tokens.ts'
import type { PlanDeps } from './engine/recording-deps.ts'
import { memorySealer } from './memory-sealer.ts'

/**
 * What a plan of this stage reads with: its table and its secrets, and `sync.config.ts` as it is here. `addresses` replace
 * addresses of CRM APIs.
 */
export async function planDepsOf(stage: Stage, addresses: Variables = {}): Promise<PlanDeps> {
  const variables = { ...(await stage.readApiVariables()), ...addresses }
  const config = { environment: variables, WEBHOOK_PUBLIC_URL: 'https://plan.invalid' }
  const read = async () => variables
  const keys = async () => variables['SEALING_KEYS']
  const secrets = { read, readAgain: read }
  return {
    ...operatorSettings,
    source: enabledSourcesOf(config, secrets, borrowedTokens(stageTokens(stage, keys))),
    provider: providersOf(config, secrets),
    links: openLinks(stage),
    sealer: memorySealer(keySealer({ read: keys, readAgain: keys })),
    clock,
  }
}

/** One line for each of these providers that is paused now. */
export async function pausedProviders(
  names: Iterable<ProviderName>,
  { provider }: Pick<PlanDeps, 'provider'>,
  { dynamodb, linksTable }: Stage,
): Promise<readonly string[]> {
  const store = dynamodbBreakers(dynamodb, linksTable)
  const lines = await Promise.all(
    [...names].map(async (name) => {
      const { mode } = await provider(name)
      const breaker = await store.findBreaker(name, mode)
      if (!breaker || breaker.state === 'closed') return []
      return [`${name} is paused after ${breaker.code}: what is planned there would be done once it is back`]
    }),
  )
  return lines.flat()
}
