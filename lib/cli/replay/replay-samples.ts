import colors from 'picocolors'
import type { SourceName } from '../../core/model/change.ts'
import { BadInput } from '../../operator/errors.ts'
import { type DoorOptions, findDoor, findSigning } from '../../operator/samples/find-door.ts'
import { loadRecords } from '../../operator/samples/load-records.ts'
import type { Posted } from '../../operator/samples/post.ts'
import { isAccepted, postSamples } from '../../operator/samples/post-samples.ts'
import { findSamples, type Sample } from '../../operator/samples/samples.ts'
import { jsonBody } from '../../sources/body-encoding.ts'
import { printResult } from '../stage/stage-command.ts'
import { interruption } from '../terminal/interruption.ts'
import { interruptedExitCode } from '../terminal/program.ts'
import { startBar } from '../terminal/progress-bar.ts'
import { formatTable } from '../terminal/table.ts'
import { toLambdaEvent } from './lambda-event.ts'

export type ReplayOptions = DoorOptions & {
  readonly source?: SourceName
  readonly times: number
  readonly json?: boolean
  readonly asLambdaEvent?: boolean
}

/** Fewer requests are finished before a progress bar would help. */
const barFrom = 20

/** Sends the samples of these files and folders, or prints one as a Lambda event. Sets exit code 1 if any is refused. */
export async function replaySamples(paths: readonly string[], options: ReplayOptions): Promise<void> {
  const samples = findSamples(paths, options.source)
  if (options.asLambdaEvent) printLambdaEvent(samples)
  else await replay(samples, options)
}

function printLambdaEvent(samples: readonly Sample[]): void {
  const [sample, ...others] = samples
  if (!sample || others.length > 0) throw new BadInput('--as-lambda-event: expected one file')
  // What EventBridge invokes a function with is the sample itself.
  const event =
    sample.eventFunction === null ? toLambdaEvent(sample, findSigning()) : jsonBody.decode(sample.body)
  process.stdout.write(`${JSON.stringify(event, null, 2)}\n`)
}

async function replay(samples: readonly Sample[], options: ReplayOptions): Promise<void> {
  const { door, stack } = await findDoor(options)
  if (stack) await loadRecords(samples, stack)
  const total = samples.length * options.times
  const signal = interruption('waiting for the answers to what was sent')
  const bar = startBar(total, barFrom)
  const posted = await postSamples(repeat(samples, options.times), door, {
    signal,
    onPosted: () => bar?.increment(),
  })
  bar?.stop()
  const requests = summarize(posted)
  const accepted = posted.filter(isAccepted).length
  const refused = posted.length - accepted
  const unsent = total - posted.length
  printResult(
    options,
    { url: door.url, accepted, refused, unsent, requests },
    [table(requests), '', closingLine(door.url, { accepted, refused, unsent })].join('\n'),
  )
  if (refused > 0) process.exitCode = 1
  if (signal.aborted) process.exitCode = interruptedExitCode
}

function* repeat(samples: readonly Sample[], times: number): Generator<Sample> {
  for (let round = 0; round < times; round += 1) yield* samples
}

type Summary = Posted & { readonly times: number }

/** One line for each file and response, sorted by file. */
function summarize(posted: readonly Posted[]): readonly Summary[] {
  const groups = Map.groupBy(posted, ({ file, status, answer }) => JSON.stringify([file, status, answer]))
  return [...groups.values()]
    .flatMap(([first, ...rest]) => (first ? [{ ...first, times: rest.length + 1 }] : []))
    .toSorted((a, b) => a.file.localeCompare(b.file))
}

function table(requests: readonly Summary[]): string {
  const paintStatus = (status: string) => (status.startsWith('2') ? colors.green(status) : colors.red(status))
  return formatTable(
    [
      { heading: 'FILE' },
      { heading: 'SOURCE' },
      { heading: 'TIMES' },
      { heading: 'STATUS', paint: paintStatus },
      { heading: 'ANSWER' },
    ],
    requests.map(({ file, source, times, status, answer }) => [file, source, times, status, answer]),
  )
}

function closingLine(
  url: string,
  count: Readonly<Record<'accepted' | 'refused' | 'unsent', number>>,
): string {
  const parts = [
    colors.green(`${count.accepted} accepted`),
    count.refused > 0 ? colors.red(`${count.refused} refused`) : '0 refused',
    ...(count.unsent > 0 ? [colors.yellow(`${count.unsent} not sent: interrupted`)] : []),
  ]
  return `${parts.join(', ')} at ${url}`
}
