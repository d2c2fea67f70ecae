import { InvalidSyncConfig } from '../core/config/sync-config.ts'
import { type CheckedSyncConfig, defineSyncConfig } from '../sync-config.ts'
import { findTypeErrors } from './find-type-errors.ts'

export const syncConfigFile = 'sync.config.ts'

/**
 * Throws InvalidSyncConfig, a line for each problem, whatever is the matter with the file. A module is read once in a process:
 * give `edit` another number to read the file again.
 */
export async function loadSyncConfig(edit = 0): Promise<CheckedSyncConfig> {
  try {
    const { default: config }: typeof import('../../sync.config.ts') =
      edit === 0 ? await import('../../sync.config.ts') : await import(`../../sync.config.ts?edit=${edit}`)
    // Again, for a file that exports a config without having defined it.
    return defineSyncConfig(config)
  } catch (error) {
    if (error instanceof InvalidSyncConfig) throw error
    const lines = await findTypeErrors(syncConfigFile)
    throw new InvalidSyncConfig(lines.length > 0 ? lines : [describe(error)])
  }
}

/** What the file did when it was run: `sync.config.ts:12:5: ReferenceError: countries is not defined`. */
function describe(error: unknown): string {
  const {
    name,
    message,
    stack = '',
  } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const place = stack.match(/sync\.config\.ts(?:\?edit=\d+)?(:\d+:\d+)/)?.[1] ?? ''
  return `${syncConfigFile}${place}: ${name}: ${message.replace(/\s*\n\s*/g, ' ')}`
}
