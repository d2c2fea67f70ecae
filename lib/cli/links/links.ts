import { Argument, type Command, Option } from 'commander'
import { recordTypes } from '../../core/model/change.ts'
import { linkStates } from '../../core/model/link.ts'
import { modes, type ProviderName } from '../../core/model/provider.ts'
import { providerNames } from '../../providers/registry.ts'
import { sourceNames } from '../../sources/registry.ts'
import { stageCommand } from '../stage/stage-command.ts'
import { describeCommand, wantsSubcommand } from '../terminal/program.ts'
import type { LinksOptions } from './options.ts'

/** `links` of the command line. */
export function define(program: Command): void {
  describeCommand(program, 'The table of links: which CRM record is which provider customer.', [
    'crm-pay-sync links list --state undecided',
    'crm-pay-sync links show 51230',
    'crm-pay-sync links attach 51230 notchpay cus_8f2c1e --mode live --stage prod',
    'crm-pay-sync links forget 51230 --provider wooshpay',
  ])
  addList(program)
  addShow(program)
  addAttach(program)
  addForget(program)
  // The adapters cannot be loaded with a wrong sync.config.ts, so it is checked first. `--help` needs neither.
  program.hook('preAction', async () => {
    const { loadSyncConfig } = await import('../../offline/load-sync-config.ts')
    await loadSyncConfig()
  })
  wantsSubcommand(program)
}

function addList(program: Command): void {
  narrowed(
    stageCommand(
      program,
      'list',
      'every link, and the tombstones of erased, merged and deleted records without one',
      ['crm-pay-sync links list --state undecided', 'crm-pay-sync links list --source hubspot --json'],
    ),
  )
    .addOption(new Option('--provider <name>', 'only links with this provider').choices(providerNames))
    .addOption(new Option('--state <state>', 'only links in this state').choices(linkStates))
    .action(async (options: LinksOptions) => {
      const { listLinks } = await import('./list-links.ts')
      await listLinks(options)
    })
}

function addShow(program: Command): void {
  narrowed(
    stageCommand(program, 'show', 'a record or provider customer: its links, and what to do next', [
      'crm-pay-sync links show 51230',
      'crm-pay-sync links show cus_8f2c1e --stage prod',
    ]),
  )
    .argument('<id>', 'the CRM record id or the provider customer id')
    .option('--all', 'everything the table holds, internals included')
    .action(async (id: string, options: LinksOptions) => {
      const { showRecord } = await import('./show-record.ts')
      await showRecord(id, options)
    })
}

function addAttach(program: Command): void {
  narrowed(
    stageCommand(program, 'attach', 'links a record to an existing provider customer, and syncs it', [
      'crm-pay-sync links attach 51230 notchpay cus_8f2c1e',
      'crm-pay-sync links attach 51230 notchpay cus_8f2c1e --source hubspot --account 8675309 --type contact',
    ]),
  )
    .argument('<record id>', 'the CRM record')
    .addArgument(new Argument('<provider>', 'where the customer is').choices(providerNames))
    .argument('<provider customer id>', 'the customer')
    .addOption(
      new Option(
        '--mode <mode>',
        'mode of the customer; refused when the key of the stage is for the other mode',
      ).choices(modes),
    )
    .option(
      '--force',
      'also if the record is linked, the customer belongs to another record, or a create is in progress',
    )
    .action(async (recordId: string, provider: ProviderName, customerId: string, options: LinksOptions) => {
      const { attach } = await import('./attach-record.ts')
      await attach(recordId, provider, customerId, options)
    })
}

function addForget(program: Command): void {
  narrowed(
    stageCommand(program, 'forget', 'removes links of a record; the provider customer stays as it is', [
      'crm-pay-sync links forget 51230 --provider wooshpay',
      'crm-pay-sync links forget 51230 --force',
    ]),
  )
    .argument('<record id>', 'the CRM record')
    .addOption(new Option('--provider <name>', 'only the link with this provider').choices(providerNames))
    .addOption(new Option('--mode <mode>', 'only links in this mode').choices(modes))
    .option(
      '--force',
      'also a link in use, the tombstone of an erased, merged or deleted record, or a create in progress',
    )
    .action(async (recordId: string, options: LinksOptions) => {
      const { forgetRecord } = await import('./forget-record.ts')
      await forgetRecord(recordId, options)
    })
}

/** Options that say which record is meant. */
function narrowed(command: Command): Command {
  return command
    .addOption(new Option('--source <name>', 'the CRM').choices(sourceNames))
    .option(
      '--account <id>',
      'the CRM account (portal, company, organization), `default` where there is none',
    )
    .addOption(new Option('--type <type>', 'of the record').choices(recordTypes))
}
