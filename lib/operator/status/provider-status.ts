import { dynamodbBreakers } from '../../aws/breakers.ts'
import { Misconfigured } from '../../core/model/errors.ts'
import { type Mode, modes, type ProviderName } from '../../core/model/provider.ts'
import type { BreakerRecord } from '../../core/ports/breaker.ts'
import type { Stage } from '../stage/stage.ts'
import { longestWaitMs } from './stuck-changes.ts'

export type ProviderStatus = {
  readonly provider: ProviderName
  /** Null where nothing shows in which mode it is used. */
  readonly mode: Mode | null
  /** Null when the last pause has ended and no change has tried the provider since. */
  readonly state: 'ok' | 'paused' | null
  /** When the pause began, ISO 8601. */
  readonly since: string | null
  /** When the provider is tried again, ISO 8601. */
  readonly until: string | null
  /** The error code that caused the pause. */
  readonly code: string | null
}

/** The health of each provider, as the functions share it, in every mode in which it was ever paused. */
export async function readProviders(
  names: readonly ProviderName[],
  { name: stage, dynamodb, linksTable, variables }: Stage,
  now: Date,
): Promise<readonly ProviderStatus[]> {
  const store = dynamodbBreakers(dynamodb, linksTable)
  const rows = await Promise.all(
    names.map(async (provider) => {
      const found = await Promise.all(modes.map((mode) => store.findBreaker(provider, mode)))
      const known = found.flatMap((record) => (record ? [toStatus(record, now)] : []))
      const mode = stage === 'local' ? await modeInUse(provider, variables) : null
      const isShown = mode === null ? known.length > 0 : known.some((it) => it.mode === mode)
      const healthy: ProviderStatus = { provider, mode, state: 'ok', since: null, until: null, code: null }
      return isShown ? known : [healthy, ...known]
    }),
  )
  return rows.flat()
}

function toStatus(record: BreakerRecord, now: Date): ProviderStatus {
  const { provider, mode, state, since, until, code } = record
  if (state === 'closed') return { provider, mode, state: 'ok', since: null, until: null, code: null }
  const isOver = Date.parse(until ?? '') + longestWaitMs < now.getTime()
  return { provider, mode, state: isOver ? null : 'paused', since: since ?? null, until, code }
}

/** The mode of the key; null when there is none, or a wrong one. */
async function modeInUse(name: ProviderName, variables: Stage['variables']): Promise<Mode | null> {
  const { connectProvider } = await import('../../wiring/adapters.ts')
  try {
    return connectProvider(name, variables).mode
  } catch (error) {
    if (error instanceof Misconfigured) return null
    throw error
  }
}
