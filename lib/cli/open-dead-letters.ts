import { sqsChangeQueue } from '../aws/change-queue.ts'
import { dynamodbLinks } from '../aws/customer-links.ts'
import { sqsDeadLetters } from '../aws/dead-letters.ts'
import type { DeadLetter, NotShown, Verdict } from '../core/dead-letter.ts'
import { type DiagnosedLetter, diagnosed } from '../core/redrive.ts'
import { interruption } from './interruption.ts'
import { CommandFailed } from './program.ts'
import { startBar } from './progress-bar.ts'
import { openStage, type StageOptions } from './stage.ts'

/** The dead letters of a stage: both queues as one list. After Ctrl-C (`signal`) no more of them are received. */
export async function openDeadLetters(options: StageOptions) {
  const stage = openStage(options)
  const urls = await stage.findQueues()
  const signal = interruption()
  return {
    sqs: stage.sqs,
    urls,
    deadLetters: sqsDeadLetters(stage.sqs, [urls.deadLetters, urls.manualDeadLetters], { signal }),
    queue: sqsChangeQueue(stage.sqs, urls.changes),
    links: dynamodbLinks(stage.dynamodb, stage.linksTable),
    signal,
  }
}
export type OpenedDeadLetters = Awaited<ReturnType<typeof openDeadLetters>>

/** So many are looked at in a moment. */
const barFrom = 500

/**
 * Looks at every dead letter, with a bar on a terminal; of those that are `wanted` (all, if it is not given) `judge` says
 * what becomes of each. Tells what could not be shown, on standard error too.
 */
export async function walkDeadLetters(
  { deadLetters, links }: OpenedDeadLetters,
  judge: (it: DiagnosedLetter) => Verdict,
  {
    isWanted = () => true,
    enough,
  }: { readonly isWanted?: (letter: DeadLetter) => boolean; readonly enough?: () => boolean } = {},
): Promise<NotShown> {
  const notShown = await deadLetters.hold(async (held) => {
    const bar = startBar(held.expected, barFrom)
    try {
      return await held.receive(async (letters) => {
        bar?.increment(letters.length)
        const wanted = letters.filter(isWanted)
        const seen = await Promise.all(wanted.map((letter) => diagnosed(letter, links)))
        const verdicts = new Map(seen.map((it) => [it.letter.id, judge(it)]))
        return letters.map(({ id }) => verdicts.get(id) ?? 'keep')
      }, enough)
    } finally {
      bar?.stop()
    }
  })
  for (const line of describeNotShown(notShown)) process.stderr.write(`${line}\n`)
  return notShown
}

function describeNotShown({ elsewhere, behind, full }: NotShown): readonly string[] {
  return [
    ...(elsewhere > 0 ? [`not shown: about ${elsewhere} that are being looked at elsewhere`] : []),
    ...(behind > 0 && !full
      ? [`not shown: about ${behind} that lie behind another one of their record`]
      : []),
    ...(full
      ? [`not shown: about ${behind} more; SQS gives out 120,000 at once: redrive or drop some first`]
      : []),
  ]
}

export function notThere(ids: readonly string[]): CommandFailed {
  return new CommandFailed(`no dead letter ${ids.join(', ')}`)
}
