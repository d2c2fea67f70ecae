import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceName } from '../../core/model/change.ts'
import { BadInput } from '../../operator/errors.ts'
import type { RecordOptions } from '../../operator/links/find-record.ts'
import { parseSince } from '../../operator/plan/parse-since.ts'
import { planRecords, type Wanted } from '../../operator/plan/plan-records.ts'
import { toPlanDocument, wouldChange } from '../../operator/plan/plan-result.ts'
import { findSamples } from '../../operator/samples/samples.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { interruptedExitCode } from '../terminal/program.ts'
import { startBar } from '../terminal/progress-bar.ts'
import { showPlan } from './view.ts'

export type PlanCommandOptions = StageCommandOptions &
  RecordOptions & {
    readonly since?: string
    readonly values?: boolean
    readonly check?: boolean
    readonly all?: boolean
  }

/** Fewer records are planned before a progress bar would help. */
const barFrom = 200

/** `plan`: prints what syncing these records would do. With --check, sets exit code 1 when something would change. */
export async function runPlan(args: readonly string[], options: PlanCommandOptions): Promise<void> {
  const wanted = readWanted(args, options)
  let bar: ReturnType<typeof startBar>
  endOnInterruption(() => bar?.stop())
  const { rows, notes } = await planRecords(wanted, await openStage(options), {
    onChosen: (records) => {
      bar = startBar(records, barFrom)
    },
    onPlanned: (records) => bar?.increment(records),
    pause: (seconds) => sleep(seconds * 1000),
  }).finally(() => bar?.stop())
  for (const note of notes) process.stderr.write(`${note}\n`)
  const { values = false, all = false } = options
  printResult(options, toPlanDocument(rows, { values }), () => showPlan(rows, { values, all }))
  if (options.check && wouldChange(rows)) process.exitCode = 1
}

function readWanted(args: readonly string[], options: PlanCommandOptions): Wanted {
  const { source, account, type, since } = options
  const paths = args.filter(isSample)
  const ids = args.filter((arg) => !isSample(arg))
  if (args.length === 0 && !source) throw new BadInput('expected record ids, sample files, or --source')
  if (since !== undefined && args.length > 0) {
    throw new BadInput('--since: expected with --source alone, without record ids or files')
  }
  return {
    ids,
    samples: paths.length > 0 ? findSamples(paths, source as SourceName | undefined) : [],
    since: since === undefined ? null : parseSince(since, new Date()),
    ...(source && { source }),
    ...(account && { account }),
    ...(type && { type }),
  }
}

/** A file or a folder. npm runs commands in the project, so INIT_CWD is where the operator is. */
function isSample(arg: string): boolean {
  const places = [resolve(arg), resolve(process.env['INIT_CWD'] ?? '.', arg)]
  return /\.(json|xml)$/.test(arg) || places.some((path) => existsSync(path))
}

/** Nothing is written, so a plan can end at any time. */
function endOnInterruption(cleanUp: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      cleanUp()
      process.stderr.write('interrupted\n')
      process.exit(interruptedExitCode)
    })
  }
}
