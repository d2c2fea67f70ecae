import { type Command, Option } from 'commander'
import { recordTypes } from '../../core/model/change.ts'
import { sourceNames } from '../../sources/registry.ts'
import { describeCommand, parseStageName } from '../terminal/program.ts'
import type { PlanCommandOptions } from './run-plan.ts'

/** `plan` of the command line. */
export function define(command: Command): void {
  describeCommand(
    command,
    'What syncing these records now would do with this sync.config.ts. Nothing is written anywhere.',
    [
      'crm-pay-sync plan 51230',
      'crm-pay-sync plan --source hubspot --stage prod',
      'crm-pay-sync plan events/hubspot/contact.creation.json --values',
      'crm-pay-sync plan 51230 --source hubspot --account 8675309 --type contact',
    ],
  )
    .argument('[record id or sample file...]', 'CRM records, or webhook bodies such as those in events/')
    .addOption(new Option('--source <name>', 'the CRM; without ids, all of its records').choices(sourceNames))
    .option(
      '--account <id>',
      'the CRM account (portal, company, organization), `default` where there is none',
    )
    .addOption(new Option('--type <type>', 'of the record').choices(recordTypes))
    .option('--since <time>', 'with --source: only what changed since then, such as 2h, 7d or 2026-03-01')
    .option('--values', 'also the values that would change: personal data')
    .option('--check', 'exit code 1 when something would change')
    .option('--all', 'list unchanged records, too')
    .option('--json', 'one JSON document instead of text')
    .option('--stage <name>', 'a deployed stage instead of the local stack', parseStageName)
    .option('--region <region>', 'where the stage is deployed (default: AWS_REGION, else us-east-1)')
    .action(async (args: string[], options: PlanCommandOptions) => {
      // The adapters cannot be loaded with a wrong sync.config.ts, so it is checked first.
      const { loadSyncConfig } = await import('../../offline/load-sync-config.ts')
      await loadSyncConfig()
      const { runPlan } = await import('./run-plan.ts')
      await runPlan(args, options)
    })
}
