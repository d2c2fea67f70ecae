import { type Command, InvalidArgumentError } from 'commander'
import { type StageCommandOptions, stageCommand } from '../stage/stage-command.ts'
import { describeCommand, wantsSubcommand } from '../terminal/program.ts'
import type { DropOptions } from './drop-dead-letters.ts'
import { type FilterOptions, filtered } from './filter.ts'
import type { RedriveCommandOptions } from './redrive-command.ts'

const defaultWaitSeconds = 30

/** `dead-letters` of the command line. */
export function define(program: Command): void {
  describeCommand(
    program,
    'The changes that failed, and why. Redriving sends the pointer again, never old data.',
    [
      'crm-pay-sync dead-letters list --provider notchpay --code CONTACT_MISSING',
      'crm-pay-sync dead-letters redrive 5f8a0c9e3b1d4c6f9a512f4f3b0f6f11',
      'crm-pay-sync dead-letters redrive --all --stage prod',
      'crm-pay-sync dead-letters drop --all --code CANNOT_FETCH',
    ],
  )
  filtered(
    stageCommand(program, 'list', 'every dead letter with its reason', [
      'crm-pay-sync dead-letters list --provider notchpay --code CONTACT_MISSING',
      'crm-pay-sync dead-letters list --stage prod --json',
    ]),
  ).action(async (options: StageCommandOptions & FilterOptions) => {
    const { listDeadLetters } = await import('./list-dead-letters.ts')
    await listDeadLetters(options)
  })
  stageCommand(program, 'show', 'everything about one dead letter', [
    'crm-pay-sync dead-letters show 5f8a0c9e3b1d4c6f9a512f4f3b0f6f11',
  ])
    .argument('<id>', 'as list shows it')
    .action(async (id: string, options: StageCommandOptions) => {
      const { showOne } = await import('./show-dead-letter.ts')
      await showOne(id, options)
    })
  addRedrive(program)
  addDrop(program)
  wantsSubcommand(program)
}

function addRedrive(program: Command): void {
  const command = stageCommand(
    program,
    'redrive',
    'sends dead letters to the queue again, removes them here, and reports the outcome',
    [
      'crm-pay-sync dead-letters redrive 5f8a0c9e3b1d4c6f9a512f4f3b0f6f11',
      'crm-pay-sync dead-letters redrive --all --code CONTACT_MISSING --wait 120',
    ],
  )
    .argument('[id...]', 'as list shows them; these go at once')
    .option('--all', 'all that match: of each failure a few first, then more, until it comes back')
  filtered(command, ', with --all')
    .option(
      '--wait <seconds>',
      'how long to wait for the outcome; 0 returns at once',
      parseSeconds,
      defaultWaitSeconds,
    )
    .option('--force', 'all at once, with --all')
    .action(async (ids: string[], options: RedriveCommandOptions) => {
      const { redrive } = await import('./redrive-command.ts')
      await redrive(ids, options)
    })
}

function addDrop(program: Command): void {
  filtered(
    stageCommand(program, 'drop', 'deletes dead letters; the customer stays as the provider has it', [
      'crm-pay-sync dead-letters drop 5f8a0c9e3b1d4c6f9a512f4f3b0f6f11',
      'crm-pay-sync dead-letters drop --all --code CANNOT_FETCH',
    ])
      .argument('[id...]', 'as list shows them')
      .option('--all', 'all that match; requires --code, --provider or --source'),
    ', with --all',
  ).action(async (ids: string[], options: DropOptions) => {
    const { dropDeadLetters } = await import('./drop-dead-letters.ts')
    await dropDeadLetters(ids, options)
  })
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number of seconds')
}
