import { type Command, Option } from 'commander'
import { recordTypes } from '../../core/model/change.ts'
import type { RecordOptions } from '../../operator/links/find-record.ts'
import { sourceNames } from '../../sources/registry.ts'
import { type StageCommandOptions, withStage } from '../stage/stage-command.ts'
import { describeCommand } from '../terminal/program.ts'

export type WhyOptions = StageCommandOptions & RecordOptions

/** `why` of the command line. */
export function define(command: Command): void {
  withStage(
    describeCommand(
      command,
      'Everything known of one customer as a timeline, what it waits for now, and the command that fixes it.',
      [
        'crm-pay-sync why 701000000103',
        'crm-pay-sync why cus_8f2c1e --stage prod',
        'crm-pay-sync why 51230 --source pipedrive --json',
      ],
    ),
  )
    .argument('<id>', 'a CRM record id, a provider customer id or an event id')
    .addOption(new Option('--source <name>', 'the CRM').choices(sourceNames))
    .option('--account <id>', 'the CRM account, `default` where there is none')
    .addOption(new Option('--type <type>', 'of the record').choices(recordTypes))
    .action(async (id: string, options: WhyOptions) => {
      const { loadSyncConfig } = await import('../../offline/load-sync-config.ts')
      await loadSyncConfig()
      const { showWhy } = await import('./show-why.ts')
      await showWhy(id, options)
    })
}
