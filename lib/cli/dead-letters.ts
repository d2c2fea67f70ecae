import { InvalidArgumentError } from 'commander'
import { sqsChangeQueue } from '../aws/change-queue.ts'
import { dynamodbLinks } from '../aws/customer-links.ts'
import { sqsDeadLetters } from '../aws/dead-letters.ts'
import type { DeadLetter } from '../core/dead-letter.ts'
import { showDeadLetter, showDeadLetters, toDeadLetterRows } from './dead-letter-view.ts'
import { BadInput, CommandFailed, createProgram, runProgram, wantsSubcommand } from './program.ts'
import { redriveAll, redriveLetters, type StoppedTrouble } from './redrive-letters.ts'
import { openStage } from './stage.ts'
import { printResult, type StageCommandOptions, stageCommand } from './stage-command.ts'
import { waitUntilIdle } from './wait-until-idle.ts'

type Options = StageCommandOptions & {
  readonly all?: boolean
  readonly wait?: number
  readonly force?: boolean
}

const defaultWaitSeconds = 30

const program = createProgram(
  'npm run dead-letters --',
  'The changes that did not get through, and why. Redriving sends the pointer again, never old data.',
  [
    'npm run dead-letters -- list',
    'npm run dead-letters -- redrive 5f8a0c9e-3b1d-4c6f-9a51-2f4f3b0f6f11',
    'npm run dead-letters -- redrive --all --stage prod',
  ],
)

stageCommand(program, 'list', 'every dead letter with its reason').action(async (options: Options) => {
  const { deadLetters, links } = await open(options)
  const letters: DeadLetter[] = []
  await deadLetters.sweep(async (batch) => {
    letters.push(...batch)
    return batch.map(() => 'keep')
  })
  const rows = (await toDeadLetterRows(letters, links)).toSorted((a, b) =>
    (a.deadLetteredAt ?? '').localeCompare(b.deadLetteredAt ?? ''),
  )
  printResult(options, rows, showDeadLetters(rows))
})

stageCommand(program, 'show', 'one dead letter, whole')
  .argument('<id>', 'as list shows it')
  .action(async (id: string, options: Options) => {
    const { deadLetters, links } = await open(options)
    let found: DeadLetter | undefined
    await deadLetters.sweep(
      async (batch) => {
        found ??= batch.find((letter) => letter.id === id)
        return batch.map(() => 'keep')
      },
      () => found !== undefined,
    )
    if (!found) throw new CommandFailed(notThere([id]))
    const [row] = await toDeadLetterRows([found], links)
    if (row) printResult(options, { ...row, change: withoutSnapshot(found) }, showDeadLetter(row, found))
  })

stageCommand(program, 'redrive', 'sends dead letters to the queue again, then removes them here')
  .argument('[id...]', 'as list shows them; these go at once')
  .option('--all', 'every one: of each failure a few first, then more, until it comes back')
  .option('--wait <seconds>', 'how long to see what becomes of a few, with --all (default: 30)', parseSeconds)
  .option('--force', 'all at once, with --all')
  .action(async (ids: string[], options: Options) => {
    requireChoice(ids, options)
    const opened = await open(options)
    if (options.all) return redriveEverything(opened, options)
    const { redriven, unreadable } = await redriveLetters(opened.deadLetters, new Set(ids), opened.queue)
    printResult(options, { redriven, unreadable }, `${redriven.length} redriven`)
    refuseMissing(ids, [...redriven, ...unreadable])
    refuseUnreadable(unreadable)
  })

stageCommand(program, 'drop', 'removes dead letters for good; the customer stays as the provider has it')
  .argument('<id...>', 'as list shows them')
  .action(async (ids: string[], options: Options) => {
    const { deadLetters } = await open(options)
    const wanted = new Set(ids)
    const dropped: string[] = []
    await deadLetters.sweep(
      async (batch) => {
        dropped.push(...batch.map(({ id }) => id).filter((id) => wanted.has(id)))
        return batch.map(({ id }) => (wanted.has(id) ? 'remove' : 'keep'))
      },
      () => dropped.length === wanted.size,
    )
    printResult(options, { dropped }, `${dropped.length} dropped`)
    refuseMissing(ids, dropped)
  })

await runProgram(wantsSubcommand(program))

async function redriveEverything({ urls, sqs, ...deps }: Opened, options: Options): Promise<void> {
  const { wait = defaultWaitSeconds, force = false } = options
  const { redriven, unreadable, total, stopped } = await redriveAll(
    {
      ...deps,
      settle: async () => {
        const left = await waitUntilIdle(sqs, urls.changes, { withinMs: wait * 1000, pollMs: 250 })
        return left === 0
      },
      onWave: (sent, of) => {
        process.stderr.write(`${sent} of ${of} sent; waiting up to ${wait} s for what becomes of them\n`)
      },
    },
    force,
  )
  printResult(options, { redriven, unreadable, stopped }, `${redriven.length} redriven`)
  refuseStopped(redriven.length, total, stopped)
  refuseUnreadable(unreadable)
}

type Opened = Awaited<ReturnType<typeof open>>

async function open(options: Options) {
  const stage = openStage(options)
  const urls = await stage.findQueues()
  return {
    sqs: stage.sqs,
    urls,
    deadLetters: sqsDeadLetters(stage.sqs, urls.deadLetters),
    queue: sqsChangeQueue(stage.sqs, urls.changes),
    links: dynamodbLinks(stage.dynamodb, stage.linksTable),
  }
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number of seconds')
}

function requireChoice(ids: readonly string[], { all }: Options): void {
  if (Boolean(all) === ids.length > 0) throw new BadInput('expected either ids or --all')
}

function refuseStopped(sent: number, total: number, stopped: readonly StoppedTrouble[]): void {
  if (stopped.length === 0) return
  const back = stopped.map(({ code, cameBack }) => `${cameBack} came back with ${code}`).join(', ')
  throw new CommandFailed(
    `${sent} of ${total} sent; ${back}: stopped; mend it and redrive again, or --force to send all`,
  )
}

function refuseUnreadable(ids: readonly string[]): void {
  if (ids.length === 0) return
  throw new CommandFailed(`this release cannot read ${ids.join(', ')}: show, then drop what is of no use`)
}

function refuseMissing(ids: readonly string[], found: readonly string[]): void {
  const missing = ids.filter((id) => !found.includes(id))
  if (missing.length > 0) throw new CommandFailed(notThere(missing))
}

function notThere(ids: readonly string[]): string {
  return `no dead letter ${ids.join(', ')} (one that somebody else is looking at is hidden for up to 30 seconds)`
}

function withoutSnapshot({ change }: DeadLetter) {
  if (!change) return null
  const { sealedSnapshot: _sealed, ...pointer } = change
  return pointer
}
