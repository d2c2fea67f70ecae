import { dynamodbLinks } from '../../aws/customer-links.ts'
import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import { type DeadLetter, isRedrivable, type NotShown, sweep } from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, diagnosed, timeOf } from '../../core/dead-letters/redrive.ts'
import { restedAt } from '../../core/dead-letters/retry-waves.ts'
import {
  type DeadLetterRow,
  isRetriedAutomatically,
  toDeadLetterRow,
} from '../../operator/dead-letters/dead-letter-row.ts'
import type { Stage } from '../../operator/stage/stage.ts'

/** A dead letter as the pages show it, without its sealed snapshot. */
export type ListedDeadLetter = {
  readonly row: DeadLetterRow
  /** Equal for those with the same failure at the same provider. */
  readonly cause: string
  readonly isAutomatic: boolean
  /** From then on it may be retried automatically, in milliseconds; null when it is not. */
  readonly retriedFrom: number | null
  readonly isRedrivable: boolean
  readonly change: Pick<NonNullable<DeadLetter['change']>, 'kind' | 'eventId' | 'receivedAt'> | null
}

export type DeadLetterGroup = {
  /** In the address of the group's page. */
  readonly cause: string
  readonly code: string
  /** The provider, or the CRM where no provider was called. */
  readonly where: string | null
  readonly letters: readonly ListedDeadLetter[]
  readonly manual: number
  /** When the first of them may be retried automatically; null when none is. */
  readonly retriedFrom: number | null
}

export type DeadLetterList = {
  readonly lookedAt: Date
  /** Those that need a person first, then the largest. */
  readonly groups: readonly DeadLetterGroup[]
  readonly byId: ReadonlyMap<string, ListedDeadLetter>
  /** What could not be received. */
  readonly notShown: NotShown
}

/** Receives every dead letter once, which hides them from others meanwhile, and gives them back. */
export async function listDeadLetters(
  stage: Stage,
  signal: AbortSignal,
  onProgress: (seen: number, expected: number) => void,
): Promise<DeadLetterList> {
  const { deadLetters, manualDeadLetters } = await stage.findQueues()
  const links = dynamodbLinks(stage.dynamodb, stage.linksTable)
  const queues = sqsDeadLetters(stage.sqs, [deadLetters, manualDeadLetters], { signal })
  const listed: ListedDeadLetter[] = []
  const notShown = await sweep(
    {
      hold: (work) =>
        queues.hold((held) => {
          onProgress(0, held.expected)
          return work({
            ...held,
            receive: (judge, enough) =>
              held.receive(async (letters) => {
                const verdicts = await judge(letters)
                onProgress(listed.length, Math.max(held.expected, listed.length))
                return verdicts
              }, enough),
          })
        }),
    },
    async (letters) => {
      const seen = await Promise.all(letters.map((letter) => diagnosed(letter, links)))
      listed.push(...seen.map(toListed))
      return letters.map(() => 'keep')
    },
  )
  return toList(listed, notShown, new Date())
}

function toListed(it: DiagnosedLetter): ListedDeadLetter {
  const { letter, trouble } = it
  const row = toDeadLetterRow(it)
  const isAutomatic = isRetriedAutomatically(row)
  const { change } = letter
  return {
    row: { ...row, deadLetteredAt: row.deadLetteredAt ?? new Date(timeOf(letter)).toISOString() },
    cause: trouble,
    isAutomatic,
    retriedFrom: isAutomatic ? restedAt(it) : null,
    isRedrivable: isRedrivable(letter),
    change: change && { kind: change.kind, eventId: change.eventId, receivedAt: change.receivedAt },
  }
}

function toList(listed: readonly ListedDeadLetter[], notShown: NotShown, lookedAt: Date): DeadLetterList {
  const oldestFirst = listed.toSorted((a, b) => timeOfRow(a).localeCompare(timeOfRow(b)))
  const groups = [...Map.groupBy(oldestFirst, ({ cause }) => cause)].map(([cause, letters]) => {
    const [first] = letters
    const times = letters.flatMap(({ retriedFrom }) => retriedFrom ?? [])
    return {
      cause,
      code: first?.row.code ?? '',
      where: first?.row.provider ?? first?.row.source ?? null,
      letters,
      manual: letters.filter(({ isAutomatic }) => !isAutomatic).length,
      retriedFrom: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null,
    }
  })
  groups.sort((a, b) => Number(b.manual > 0) - Number(a.manual > 0) || b.letters.length - a.letters.length)
  return { lookedAt, groups, byId: new Map(listed.map((it) => [it.row.id, it])), notShown }
}

const timeOfRow = ({ row }: ListedDeadLetter) => row.deadLetteredAt ?? ''
