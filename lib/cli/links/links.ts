import { randomUUID } from 'node:crypto'
import { Argument, type Command, Option } from 'commander'
import { sqsChangeQueue } from '../../aws/change-queue.ts'
import { dynamodbLinks } from '../../aws/customer-links.ts'
import { recordTypes } from '../../core/model/change.ts'
import { type Link, linkStates } from '../../core/model/link.ts'
import { type Mode, modes, type ProviderCustomerId, type ProviderName } from '../../core/model/provider.ts'
import type { PaymentProvider } from '../../core/ports/payment-provider.ts'
import { attachCustomer, changedByHand, forgetLinks } from '../../core/repairing/repair-links.ts'
import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import { providerNames } from '../../providers/registry.ts'
import { sourceNames } from '../../sources/registry.ts'
import { openStage, type Stage } from '../stage/stage.ts'
import { printResult, type StageCommandOptions, stageCommand } from '../stage/stage-command.ts'
import { BadInput, CommandFailed, createProgram, runProgram, wantsSubcommand } from '../terminal/program.ts'
import { describeLinks, noLink } from './describe-links.ts'
import { findLinksById, findRecord, type RecordOptions } from './find-record.ts'
import { findSurplus, readerOf } from './surplus.ts'
import { listableLinks, showLinks, toLinkRow, toListedRow } from './view.ts'

type Options = StageCommandOptions &
  RecordOptions & {
    readonly provider?: ProviderName
    readonly state?: string
    readonly mode?: Mode
    readonly force?: boolean
    readonly all?: boolean
  }

const program = createProgram(
  'npm run links --',
  'The table of links: which CRM record is which provider customer.',
  [
    'npm run links -- list --state undecided',
    'npm run links -- show 51230',
    'npm run links -- attach 51230 notchpay cus_8f2c1e --mode live --stage prod',
    'npm run links -- forget 51230 --provider wooshpay',
  ],
)

narrowed(
  stageCommand(
    program,
    'list',
    'every link, and the lines of erased, merged and deleted records without one',
  ),
)
  .addOption(new Option('--provider <name>', 'only links with this provider').choices(providerNames))
  .addOption(new Option('--state <state>', 'only links in this state').choices(linkStates))
  .action(async (options: Options) => {
    const all = await Array.fromAsync(openLinks(openStage(options)).listLinks())
    const shown = listableLinks(all).filter((link) => isWanted(link, options))
    const surplus = await findSurplus(shown, readerOf(all))
    printResult(
      options,
      shown.map((link) => toListedRow(link, surplus)),
      () => showLinks(shown, surplus, new Date()),
    )
  })

narrowed(stageCommand(program, 'show', 'a record or provider customer: its links, and what to do next'))
  .argument('<id>', 'the CRM record id or the provider customer id')
  .option('--all', 'everything the table holds, internals included')
  .action(async (id: string, options: Options) => {
    const stage = openStage(options)
    const links = openLinks(stage)
    const found = await findLinksById(id, options, links)
    if (found.length === 0) throw await noLink(id, options, stage)
    const surplus = await findSurplus(found, links)
    printResult(
      options,
      found.map((link) => {
        const row = toListedRow(link, surplus)
        const { ref: _ref, ...details } = link
        return { ...row, ...details, mode: row.mode }
      }),
      options.json ? '' : await describeLinks(found, surplus, options, stage),
    )
  })

narrowed(stageCommand(program, 'attach', 'links a record to an existing provider customer, and syncs it'))
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
    'also if the record is linked, the customer belongs to another record, or a create is under way',
  )
  .action(async (recordId: string, provider: ProviderName, customerId: string, options: Options) => {
    if (customerId.trim() === '') throw new BadInput('the provider customer id is blank')
    const stage = openStage(options)
    const links = openLinks(stage)
    const ref = await findRecord(recordId, options, links)
    if (!ref) throw new BadInput(`no link of record ${recordId} yet: add --source, --account and --type`)
    const adapter = await openProvider(provider, options, stage)
    const wanted = { ref, provider: adapter, providerCustomerId: customerId as ProviderCustomerId }
    const { link, leftBehind } = await attachCustomer(wanted, links, {
      force: options.force === true,
      now: new Date(),
    })
    const queued = await syncNow(link, stage)
    const lines = [
      `${nameOf(link)} is ${provider} ${customerId} (${adapter.mode}) now; ${whatFollows(link, queued)}`,
      ...(leftBehind ? [`${leftBehind} stays at ${provider}, and belongs to no record any more`] : []),
    ]
    printResult(options, { ...toLinkRow(link), leftBehind }, lines.join('\n'))
  })

narrowed(stageCommand(program, 'forget', 'removes links of a record; the provider customer stays as it is'))
  .argument('<record id>', 'the CRM record')
  .addOption(new Option('--provider <name>', 'only the link with this provider').choices(providerNames))
  .addOption(new Option('--mode <mode>', 'only links in this mode').choices(modes))
  .option(
    '--force',
    'also a link in use, the line of an erased, merged or deleted record, or a create under way',
  )
  .action(async (recordId: string, options: Options) => {
    const links = openLinks(openStage(options))
    const ref = await findRecord(recordId, options, links)
    const { provider, mode, force = false } = options
    const chosen = { ...(provider && { provider }), ...(mode && { mode }) }
    const forgotten = ref ? await forgetLinks(ref, links, { ...chosen, force, now: new Date() }) : []
    if (forgotten.length === 0) throw new CommandFailed(`no link of record ${recordId}: nothing to forget`)
    printResult(
      options,
      forgotten.map(toLinkRow),
      [...forgotten.map(whatWasForgotten), 'the next change of this record creates a new customer'].join(
        '\n',
      ),
    )
  })

// Checked before wiring.ts is loaded, which cannot be with a wrong one; `--help` needs neither.
program.hook('preAction', async () => void (await loadSyncConfig()))
await runProgram(wantsSubcommand(program))

function narrowed(command: Command): Command {
  return command
    .addOption(new Option('--source <name>', 'the CRM').choices(sourceNames))
    .option(
      '--account <id>',
      'the CRM account (portal, company, organization), `default` where there is none',
    )
    .addOption(new Option('--type <type>', 'of the record').choices(recordTypes))
}

function openLinks({ dynamodb, linksTable }: Stage) {
  return dynamodbLinks(dynamodb, linksTable)
}

function isWanted({ ref, provider, state }: Link, options: Options): boolean {
  return (
    (!options.source || ref.source === options.source) &&
    (!options.account || ref.account === options.account) &&
    (!options.type || ref.recordType === options.type) &&
    (!options.provider || provider === options.provider) &&
    (!options.state || state === options.state)
  )
}

/** The stage's provider, to be asked for a customer. Its key decides the mode. */
async function openProvider(name: ProviderName, { mode }: Options, stage: Stage): Promise<PaymentProvider> {
  const { connectProvider } = await import('../../wiring/adapters.ts')
  const provider = connectProvider(name, await stage.readApiVariables())
  if (mode === undefined || mode === provider.mode) return provider
  throw new BadInput(
    `the ${name} key of this stage is for ${provider.mode} mode: it cannot be asked for a ${mode} customer`,
  )
}

function whatWasForgotten(link: Link): string {
  if (!link.provider) return `${nameOf(link)}: forgot its own line, state ${link.state}`
  const stays = link.providerCustomerId
    ? `; ${link.providerCustomerId} stays at ${link.provider}, and belongs to no record any more`
    : ''
  return `${nameOf(link)}: forgot ${link.provider} (${link.mode}), state ${link.state}${stays}`
}

function whatFollows({ state }: Link, queued: boolean): string {
  if (state === 'closed') {
    return `the CRM has deleted the record, so it stays closed${queued ? ', and policies.onDelete is being followed' : ''}`
  }
  return queued ? 'its data is being sent' : 'its data follows with the next event'
}

/** False where the sender cannot be asked for the record: only its next event brings the data. */
async function syncNow(link: Link, { sqs, findQueues, variables }: Stage): Promise<boolean> {
  const { canAsk } = await import('../../wiring/adapters.ts')
  const canFetch = canAsk(link.ref.source, variables)
  const change = changedByHand(link, randomUUID(), canFetch, { now: () => new Date() })
  if (!change) return false
  const { changes } = await findQueues()
  await sqsChangeQueue(sqs, changes).send([change])
  return true
}

function nameOf({ ref }: Link): string {
  return `${ref.source} ${ref.recordType} ${ref.recordId}`
}
