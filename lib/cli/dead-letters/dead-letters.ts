import type { DeadLetter } from '../../core/dead-letters/dead-letter.ts'
import type { DiagnosedLetter } from '../../core/dead-letters/redrive.ts'
import { printResult, type StageCommandOptions, stageCommand } from '../stage/stage-command.ts'
import {
  BadInput,
  createProgram,
  Interrupted,
  interruptedExitCode,
  runProgram,
  wantsSubcommand,
} from '../terminal/program.ts'
import { type FilterOptions, filtered, fits, isNarrowed, requireChoice } from './filter.ts'
import { notThere, openDeadLetters, walkDeadLetters } from './open-dead-letters.ts'
import { addRedrive } from './redrive-command.ts'
import { type DeadLetterRow, showDeadLetter, showDeadLetters, toDeadLetterRow } from './view.ts'

type Options = StageCommandOptions & FilterOptions & { readonly all?: boolean }

const program = createProgram(
  'npm run dead-letters --',
  'The changes that failed, and why. Redriving sends the pointer again, never old data.',
  [
    'npm run dead-letters -- list --provider notchpay --code CONTACT_MISSING',
    'npm run dead-letters -- redrive 5f8a0c9e3b1d4c6f9a512f4f3b0f6f11',
    'npm run dead-letters -- redrive --all --stage prod',
    'npm run dead-letters -- drop --all --code CANNOT_FETCH',
  ],
)

filtered(stageCommand(program, 'list', 'every dead letter with its reason')).action(
  async (options: Options) => {
    const opened = await openDeadLetters(options)
    const rows: DeadLetterRow[] = []
    await walkDeadLetters(opened, (it) => {
      if (fits(it, options)) rows.push(toDeadLetterRow(it))
      return 'keep'
    })
    if (opened.signal.aborted) throw new Interrupted()
    rows.sort((a, b) => (a.deadLetteredAt ?? '').localeCompare(b.deadLetteredAt ?? ''))
    printResult(options, rows, () => showDeadLetters(rows, new Date(), options))
  },
)

stageCommand(program, 'show', 'everything about one dead letter')
  .argument('<id>', 'as list shows it')
  .action(async (id: string, options: Options) => {
    const opened = await openDeadLetters(options)
    let found: DiagnosedLetter | undefined
    await walkDeadLetters(
      opened,
      (it) => {
        found = it
        return 'keep'
      },
      { isWanted: (letter) => letter.id === id, enough: () => found !== undefined },
    )
    if (!found && opened.signal.aborted) throw new Interrupted()
    if (!found) throw notThere([id])
    const row = toDeadLetterRow(found)
    const { letter } = found
    printResult(options, { ...row, ...contentOf(letter) }, () =>
      showDeadLetter(row, letter, new Date(), options),
    )
  })

addRedrive(program)

filtered(
  stageCommand(program, 'drop', 'removes dead letters for good; the customer stays as the provider has it')
    .argument('[id...]', 'as list shows them')
    .option('--all', 'all that match; requires --code, --provider or --source'),
  ', with --all',
).action(async (ids: string[], options: Options) => {
  requireChoice(ids, options)
  if (options.all && !isNarrowed(options)) {
    throw new BadInput('drop --all requires --code, --provider or --source')
  }
  const opened = await openDeadLetters(options)
  const wanted = new Set(ids)
  const dropped = new Set<string>()
  const { all } = options
  await walkDeadLetters(
    opened,
    (it) => {
      if (all && !fits(it, options)) return 'keep'
      dropped.add(it.letter.id)
      return 'remove'
    },
    all ? {} : { isWanted: ({ id }) => wanted.has(id), enough: () => dropped.size === wanted.size },
  )
  printResult(options, { dropped: [...dropped] }, () => `${dropped.size} dropped`)
  const missing = ids.filter((id) => !dropped.has(id))
  if (opened.signal.aborted) process.exitCode = interruptedExitCode
  else if (missing.length > 0) throw notThere(missing)
})

await runProgram(wantsSubcommand(program))

/** The pointer without its snapshot, or the message that this release cannot read. */
function contentOf({ change, raw, foreign }: DeadLetter) {
  if (!change) return { change: null, message: raw?.body ?? foreign }
  const { sealedSnapshot: _sealed, ...pointer } = change
  return { change: pointer }
}
