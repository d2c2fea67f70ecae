import type * as z from 'zod'
import { parseSyncConfig, syncConfigSchema } from './core/config/sync-config.ts'
import { providerNames } from './providers/registry.ts'
import { sourceConfigs } from './sources/registry.ts'

const schema = syncConfigSchema(sourceConfigs, providerNames)

export type SyncConfigInput = z.input<typeof schema>
export type CheckedSyncConfig = z.output<typeof schema>

/** Types and checks what `sync.config.ts` says. Throws InvalidSyncConfig, which names every setting that is wrong. */
export function defineSyncConfig(input: SyncConfigInput): CheckedSyncConfig {
  return parseSyncConfig(input, schema, providerNames)
}
