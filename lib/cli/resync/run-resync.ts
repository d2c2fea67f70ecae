import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceName } from '../../core/model/change.ts'
import { Misconfigured } from '../../core/model/errors.ts'
import { BadInput, describeError } from '../../operator/errors.ts'
import type { RecordOptions } from '../../operator/links/find-record.ts'
import { parseSince } from '../../operator/plan/parse-since.ts'
import { estimator } from '../../operator/resync/estimate.ts'
import { openResync } from '../../operator/resync/open-resync.ts'
import { resyncRecords } from '../../operator/resync/resync-records.ts'
import { type ResyncProgress, type ResyncReport, resyncSource } from '../../operator/resync/resync-source.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import { runPlan } from '../plan/run-plan.ts'
import { printResult, type StageCommandOptions } from '../stage/stage-command.ts'
import { interruption } from '../terminal/interruption.ts'
import { interruptedExitCode } from '../terminal/program.ts'

export type ResyncCommandOptions = StageCommandOptions &
  RecordOptions & { readonly since?: string; readonly dryRun?: boolean }

/** Between two lines of progress. */
const progressMillis = 2_000

/** `resync`: queues the records and prints how many. Sets exit code 1 when the walk could not be finished. */
export async function runResync(ids: readonly string[], options: ResyncCommandOptions): Promise<void> {
  if (options.dryRun) return runPlan(ids, options)
  const report = await queueRecords(ids, options).catch((error: unknown) => {
    if (error instanceof Misconfigured) throw new BadInput(describeError(error), { cause: error })
    throw error
  })
  printResult(options, report, () => textOf(report))
}

async function queueRecords(ids: readonly string[], options: ResyncCommandOptions): Promise<ResyncReport> {
  const { source, since, account, type } = options
  if (ids.length === 0 && !source) throw new BadInput('expected record ids or --source')
  if (ids.length > 0 && since !== undefined) {
    throw new BadInput('--since: expected with --source alone, without record ids')
  }
  const sinceTime = since === undefined ? null : parseSince(since, new Date())
  const stage = await openStage(options)
  const resync = await openResync(stage)
  if (!source || ids.length > 0) return resyncRecords(ids, options, stage, resync)
  const signal = interruption('queueing the page at hand')
  const wanted = {
    source: source as SourceName,
    since: sinceTime,
    ...(account && { account }),
    ...(type && { type }),
  }
  const report = await resyncSource(wanted, resync, progressOn(process.stderr, signal))
  if (!report.complete) {
    process.stderr.write('interrupted: the same command again goes on where this one stopped\n')
    process.exitCode = interruptedExitCode
  }
  return report
}

function progressOn(stream: NodeJS.WriteStream, signal: AbortSignal): ResyncProgress {
  const startedAt = Date.now()
  let toldAt = startedAt
  let begunWith = 0
  const tell = (text: string) => {
    if (Date.now() - toldAt < progressMillis) return
    toldAt = Date.now()
    stream.write(stream.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  }
  const estimate = estimator(Date.now)
  const rate = (listed: number) => Math.round(((listed - begunWith) * 1000) / (Date.now() - startedAt || 1))
  return {
    signal,
    onContinued(listed) {
      begunWith = listed
      stream.write(`going on after ${listed} records of a resync that was not finished\n`)
    },
    onListed(listed, page) {
      const left = estimate(page)
      tell(`${listed} records listed, ${rate(listed)} a second; ${left}`)
    },
    onWaiting: (waiting) =>
      tell(`${waiting} records wait in the queue; more are listed when there are fewer`),
    pause: (seconds) => sleep(seconds * 1000),
  }
}

function textOf({ source, listed, queued, until, complete }: ResyncReport): string {
  const what = source === null ? 'records' : `${source} records`
  const counts = listed === queued ? `${queued} ${what} queued` : `${queued} of ${listed} ${what} queued`
  if (!complete) return `${counts} so far`
  return until === null ? counts : `${counts}: everything that changed before ${until}`
}
