import { type Command, Option } from 'commander'
import { recordTypes } from '../../core/model/change.ts'
import { sourceNames } from '../../sources/registry.ts'
import { withStage } from '../stage/stage-command.ts'
import { describeCommand } from '../terminal/program.ts'
import type { ResyncCommandOptions } from './run-resync.ts'

/** `resync` of the command line. */
export function define(command: Command): void {
  const described = describeCommand(
    command,
    'Reads records again from the CRM, so that the providers agree: all records of a CRM (first import), those that changed since a time, or those named. Returns when all are queued. Repeated after an interruption, it goes on where it stopped.',
    [
      'crm-pay-sync resync --source hubspot --dry-run',
      'crm-pay-sync resync --source hubspot --stage prod',
      'crm-pay-sync resync --source pipedrive --since 2d',
      'crm-pay-sync resync 51230 51231',
    ],
  )
  withStage(
    described
      .argument('[record id...]', 'CRM records that the table knows')
      .addOption(
        new Option('--source <name>', 'the CRM; without ids, all of its records').choices(sourceNames),
      )
      .option(
        '--account <id>',
        'the CRM account (portal, company, organization), `default` where there is none',
      )
      .addOption(new Option('--type <type>', 'of the record').choices(recordTypes))
      .option('--since <time>', 'with --source: only what changed since then, such as 2h, 7d or 2026-03-01')
      .option('--dry-run', 'show what would change, as `plan` does; nothing is queued'),
  ).action(async (ids: string[], options: ResyncCommandOptions) => {
    // The adapters cannot be loaded with a wrong sync.config.ts, so it is checked first.
    const { loadSyncConfig } = await import('../../offline/load-sync-config.ts')
    await loadSyncConfig()
    const { runResync } = await import('./run-resync.ts')
    await runResync(ids, options)
  })
}
