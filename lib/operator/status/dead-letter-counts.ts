import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { isAutomatic, sweep } from '../../core/dead-letters/dead-letter.ts'
import { diagnosed } from '../../core/dead-letters/redrive.ts'
import { openLinks } from '../links/open-links.ts'
import type { Stage } from '../stage/stage.ts'
import { countAllMessages } from '../stage/wait-until-idle.ts'

/** The most dead letters of each queue whose code is read: SQS shows a message only by handing it over. */
const mostHeld = 1000

/** The dead letters of the two queues, as SQS counts them. */
export type DeadLetterTotals = { readonly automatic: number; readonly manual: number }

export async function countDeadLetters({ sqs, findQueues }: Stage): Promise<DeadLetterTotals> {
  const urls = await findQueues()
  const [automatic, manual] = await Promise.all([
    countAllMessages(sqs, urls.deadLetters),
    countAllMessages(sqs, urls.manualDeadLetters),
  ])
  return { automatic, manual }
}

export type Codes = Readonly<Record<string, number>>
export type DeadLetterCodes = {
  readonly byCode: Codes
  /** Of these, those that need an operator. */
  readonly manualByCode: Codes
  /** How many dead letters were not seen: others look at them, or there are too many. */
  readonly unseen: number
}

/** Reads the codes of the dead letters, which are invisible to others meanwhile. Asks SQS for nothing where there are none. */
export async function readDeadLetterCodes(
  stage: Stage,
  { automatic, manual }: DeadLetterTotals,
  signal: AbortSignal,
): Promise<DeadLetterCodes> {
  const urls = await stage.findQueues()
  const filled = [
    ...(automatic > 0 ? [urls.deadLetters] : []),
    ...(manual > 0 ? [urls.manualDeadLetters] : []),
  ]
  const links = openLinks(stage)
  const seen: { readonly code: string; readonly isManual: boolean }[] = []
  if (filled.length > 0) {
    await sweep(sqsDeadLetters(stage.sqs, filled, { mostHeld, signal }), async (letters) => {
      for (const { letter, diagnosis } of await Promise.all(letters.map((it) => diagnosed(it, links)))) {
        seen.push({ code: diagnosis.code, isManual: !isAutomatic(letter, diagnosis) })
      }
      return letters.map(() => 'keep')
    })
  }
  return {
    byCode: countCodes(seen),
    manualByCode: countCodes(seen.filter(({ isManual }) => isManual)),
    unseen: Math.max(0, automatic + manual - seen.length),
  }
}

/** The most frequent code first. */
function countCodes(seen: readonly { readonly code: string }[]): Codes {
  const counts = [...Map.groupBy(seen, ({ code }) => code)].map(([code, of]) => [code, of.length] as const)
  return Object.fromEntries(counts.toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])))
}
