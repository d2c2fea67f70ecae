import { sqsChangeQueue } from '../../aws/change-queue.ts'
import { dynamodbLinks } from '../../aws/customer-links.ts'
import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import {
  type DeadLetter,
  type DeadLetters,
  type HeldDeadLetters,
  type Judge,
  type NotShown,
  sweep,
  type Verdict,
} from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, diagnosed } from '../../core/dead-letters/redrive.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { openStage } from '../../operator/stage/open-stage.ts'
import type { StageOptions } from '../../operator/stage/stage.ts'
import { interruption } from '../terminal/interruption.ts'
import { startBar } from '../terminal/progress-bar.ts'

/** The dead letters of a stage, both queues as one list. Receiving ends when `signal` is aborted by Ctrl-C. */
export async function openDeadLetters(options: StageOptions) {
  const stage = await openStage(options)
  const urls = await stage.findQueues()
  const signal = interruption('releasing the dead letters')
  return {
    sqs: stage.sqs,
    urls,
    deadLetters: withBar(sqsDeadLetters(stage.sqs, [urls.deadLetters, urls.manualDeadLetters], { signal })),
    queue: sqsChangeQueue(stage.sqs, urls.changes),
    links: dynamodbLinks(stage.dynamodb, stage.linksTable),
    signal,
  }
}
export type OpenedDeadLetters = Awaited<ReturnType<typeof openDeadLetters>>

/** Fewer than these are received within seconds. */
const barFrom = 500

/**
 * Receives every dead letter and calls `judge` with each one that `isWanted`. Prints on standard error how many could not be
 * received. Returns early once `enough` returns true.
 */
export async function walkDeadLetters(
  { deadLetters, links }: OpenedDeadLetters,
  judge: (it: DiagnosedLetter) => Verdict,
  {
    isWanted = () => true,
    enough,
  }: { readonly isWanted?: (letter: DeadLetter) => boolean; readonly enough?: () => boolean } = {},
): Promise<void> {
  const judgeBatch: Judge = async (letters) => {
    const seen = await Promise.all(letters.filter(isWanted).map((letter) => diagnosed(letter, links)))
    const verdicts = new Map(seen.map((it) => [it.letter.id, judge(it)]))
    return letters.map(({ id }) => verdicts.get(id) ?? 'keep')
  }
  printNotShown(await sweep(deadLetters, judgeBatch, enough))
}

export function printNotShown({ elsewhere, behind, full }: NotShown): void {
  const print = (text: string) => process.stderr.write(`about ${text}\n`)
  if (elsewhere > 0) print(`${elsewhere} dead letters are being looked at elsewhere`)
  if (full) print(`${behind} dead letters were not read: SQS allows 120,000 in flight; redrive or drop some`)
  else if (behind > 0) print(`${behind} dead letters wait behind another one of the same record`)
}

/** Shows a progress bar on a terminal while the dead letters are received for the first time. */
function withBar(deadLetters: DeadLetters): DeadLetters {
  return {
    hold: (work) =>
      deadLetters.hold((held) => {
        let bar = startBar(held.expected, barFrom)
        const receive: HeldDeadLetters['receive'] = async (judge, enough) => {
          try {
            return await held.receive((letters) => {
              bar?.increment(letters.length)
              return judge(letters)
            }, enough)
          } finally {
            bar?.stop()
            bar = undefined
          }
        }
        return work({ ...held, receive })
      }),
  }
}

export function notThere(ids: readonly string[]): CommandFailed {
  return new CommandFailed(`no dead letter ${ids.join(', ')}`)
}
