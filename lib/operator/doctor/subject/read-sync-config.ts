import { InvalidSyncConfig } from '../../../core/config/sync-config.ts'
import { loadSyncConfig } from '../../../offline/load-sync-config.ts'
import type { CheckedSyncConfig } from '../../../sync-config.ts'

/** The settings in sync.config.ts. Throws InvalidSyncConfig. */
export async function readSyncConfig(): Promise<CheckedSyncConfig> {
  return loadSyncConfig()
}

/** The problems of an invalid sync.config.ts on one line; undefined for any other error. */
export function problemsOf(error: unknown): string | undefined {
  return error instanceof InvalidSyncConfig ? error.message.split('\n').join('; ') : undefined
}
