import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { readStatus } from '../../operator/status/read-status.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { describeStatus } from './view.ts'

/** `status`: prints how the stage is doing. The exit code is 1 when something needs a person. */
export async function showStatus(options: StageCommandOptions): Promise<void> {
  // The adapters cannot be loaded with a wrong sync.config.ts, so it is checked first.
  const { sources, providers } = await loadSyncConfig()
  const now = new Date()
  const inUse = { sources: Object.keys(sources), providers }
  const { status, notes } = await readStatus(await openStage(options), inUse, options, now)
  for (const note of notes) process.stderr.write(`${note}\n`)
  printResult(options, status, () => describeStatus(status, now))
  process.exitCode = status.healthy ? 0 : 1
}
