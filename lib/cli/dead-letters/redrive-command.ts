import { type RedriveReport, redriveLetters } from '../../operator/dead-letters/redrive-letters.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { waitUntilIdle } from '../../operator/stage/wait-until-idle.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { interruptedExitCode } from '../terminal/program.ts'
import { type FilterOptions, fits, requireChoice } from './filter.ts'
import { notThere, type OpenedDeadLetters, openDeadLetters, printNotShown } from './open-dead-letters.ts'

export type RedriveCommandOptions = StageCommandOptions &
  FilterOptions & { readonly all?: boolean; readonly wait: number; readonly force?: boolean }

/**
 * `dead-letters redrive`: sends dead letters again and prints what became of them. Throws CommandFailed when some were not
 * found, could not be read, or came back.
 */
export async function redrive(ids: readonly string[], options: RedriveCommandOptions): Promise<void> {
  requireChoice(ids, options)
  const opened = await openDeadLetters(options)
  const wanted = new Set(ids)
  const { all = false, force = false, wait } = options
  const report = await redriveLetters(toDeps(opened, wait), {
    wants: (it) => !all || fits(it, options),
    ids: all ? undefined : wanted,
    inWaves: all && !force,
    watch: wait > 0,
  })
  printReport(report, options)
  printNotShown(report.notShown)
  if (opened.signal.aborted) {
    process.exitCode = interruptedExitCode
    return
  }
  const found = new Set([...report.redriven, ...report.unreadable])
  const missing = ids.filter((id) => !found.has(id))
  const problems = [
    ...describeStopped(report),
    ...describeReturned(report),
    ...(missing.length > 0 ? [notThere(missing).message] : []),
    ...describeUnreadable(report),
  ]
  if (problems.length > 0) throw new CommandFailed(problems.join('; '))
}

function toDeps({ deadLetters, links, queue, sqs, urls, signal }: OpenedDeadLetters, wait: number) {
  return {
    deadLetters,
    links,
    queue,
    signal,
    settle: async () =>
      (await waitUntilIdle(sqs, urls.changes, { withinMs: wait * 1000, pollMs: 250, signal })) === 0,
    onWave: (sent: number, of: number) => {
      process.stderr.write(`${sent} of ${of} sent; waiting up to ${wait} s for what becomes of them\n`)
    },
  }
}

function printReport(
  { redriven, unreadable, stopped, outcome }: RedriveReport,
  options: RedriveCommandOptions,
): void {
  const counts = outcome && [
    `${outcome.arrived} arrived`,
    ...(outcome.retrying > 0 ? [`${outcome.retrying} failed and will be tried again`] : []),
    ...(outcome.waiting > 0 ? [`${outcome.waiting} still waiting`] : []),
    ...outcome.cameBack.map(({ code, count }) => `${count} came back with ${code}`),
  ]
  const { arrived, retrying, waiting, cameBack } = outcome ?? unwatched
  printResult(
    options,
    { redriven, unreadable, stopped, arrived, retrying, waiting, cameBack },
    [`${redriven.length} redriven`, ...(counts ? [counts.join(', ')] : [])].join(': '),
  )
}

const unwatched = { arrived: null, retrying: null, waiting: null, cameBack: null }

function describeStopped({ redriven, total, stopped }: RedriveReport): readonly string[] {
  if (stopped.length === 0) return []
  const back = stopped.map(({ code, cameBack }) => `${cameBack} came back with ${code}`).join(', ')
  return [
    `${redriven.length} of ${total} sent; ${back}: stopped; fix it and redrive again, or --force to send all`,
  ]
}

/** Except those that `describeStopped` reports. */
function describeReturned({ outcome, stopped }: RedriveReport): readonly string[] {
  const told = new Set(stopped.map(({ code }) => code))
  const news = outcome?.cameBack.filter(({ code }) => !told.has(code)) ?? []
  if (news.length === 0) return []
  return [
    `${news.map(({ code, count }) => `${count} came back with ${code}`).join(', ')}: run list for details`,
  ]
}

function describeUnreadable({ unreadable: ids }: RedriveReport): readonly string[] {
  if (ids.length === 0) return []
  return [`cannot redrive ${ids.join(', ')}: written by another release; redrive with that release, or drop`]
}
