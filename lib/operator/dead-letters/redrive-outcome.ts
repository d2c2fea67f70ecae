import { type DeadLetter, diagnose, receiveLimit, roundOf } from '../../core/dead-letters/dead-letter.ts'
import { type DiagnosedLetter, troubleOf } from '../../core/dead-letters/redrive.ts'
import { recordKey, refOf } from '../../core/model/change.ts'
import type { Link } from '../../core/model/link.ts'
import type { CustomerLinks } from '../../core/ports/customer-links.ts'
import { inRunsOf } from '../../support/in-parallel.ts'

/** A dead letter that was sent. */
export type SentLetter = DiagnosedLetter & { readonly sentAt: Date }

/** The outcome of sending dead letters; each is counted once. */
export type RedriveOutcome = {
  /** Processed. */
  readonly arrived: number
  /** Failed again, and will be retried. */
  readonly retrying: number
  /** Still on the queue of changes, or unknown. */
  readonly waiting: number
  /** Dead-lettered again. */
  readonly cameBack: readonly { readonly code: string; readonly count: number }[]
}

const readsAtOnce = 25
/** The most link reads; further dead letters count as waiting. */
const mostAsked = 1000

/** The same for a dead letter that was sent and for the one that came back. */
export function keyOf({ change, raw }: DeadLetter): string {
  return change ? recordKey(change) : `${raw?.group} ${raw?.body}`
}

/** True for a dead letter of a record that was sent, in the round it was sent in or a later one. */
export function hasComeBack(letter: DeadLetter, sentRounds: ReadonlyMap<string, number>): boolean {
  const round = sentRounds.get(keyOf(letter))
  return round !== undefined && (letter.change === null || roundOf(letter) >= round)
}

/** `back` are those that came back. All others have arrived if the queue of changes is empty (`isIdle`). */
export async function outcomeOf(
  sent: readonly SentLetter[],
  back: readonly DiagnosedLetter[],
  isIdle: boolean,
  links: CustomerLinks,
): Promise<RedriveOutcome> {
  const codes = new Map(back.map(({ letter, diagnosis }) => [keyOf(letter), diagnosis.code]))
  const returned = sent.flatMap(({ letter }) => codes.get(keyOf(letter)) ?? [])
  const others = sent.filter(({ letter }) => !codes.has(keyOf(letter)))
  const cameBack = [...Map.groupBy(returned, (code) => code)].map(([code, { length: count }]) => ({
    code,
    count,
  }))
  if (isIdle) return { arrived: others.length, retrying: 0, waiting: 0, cameBack }
  const fates = await askLinks(others.slice(0, mostAsked), links)
  const count = (wanted: Fate) => fates.filter((fate) => fate === wanted).length
  const [arrived, retrying] = [count('arrived'), count('retrying')]
  return { arrived, retrying, waiting: others.length - arrived - retrying, cameBack }
}

/** The troubles that the links of sent changes show now, with their counts. */
export async function failingAgain(
  sent: readonly DiagnosedLetter[],
  links: CustomerLinks,
): Promise<ReadonlyMap<string, number>> {
  const troubles = sent.slice(0, enoughToTell).map(async (it) => {
    const { change } = it.letter
    return change ? (troubleNow(it, await links.findLinks(refOf(change))) ?? []) : []
  })
  return countEach((await Promise.all(troubles)).flat())
}
/** Links read per wave. */
const enoughToTell = 50

export function countEach(troubles: readonly string[]): Map<string, number> {
  return new Map(
    [...Map.groupBy(troubles, (trouble) => trouble)].map(([trouble, { length }]) => [trouble, length]),
  )
}

type Fate = 'arrived' | 'retrying' | 'waiting'

async function askLinks(sent: readonly SentLetter[], links: CustomerLinks): Promise<readonly Fate[]> {
  const fates: Fate[] = []
  for (const some of inRunsOf(readsAtOnce, sent)) {
    const asked = some.map(async (it) => {
      const { change } = it.letter
      return change ? fateOf(it, await links.findLinks(refOf(change))) : 'waiting'
    })
    fates.push(...(await Promise.all(asked)))
  }
  return fates
}

function fateOf(it: SentLetter, links: readonly Link[]): Fate {
  if (troubleNow(it, links) !== null) return 'retrying'
  const isFine = links.every(({ failure }) => failure === null)
  const sentAt = it.sentAt.toISOString()
  return isFine && links.some(({ syncedAt }) => syncedAt !== null && syncedAt >= sentAt)
    ? 'arrived'
    : 'waiting'
}

/**
 * A link shows a failure minutes before the change is dead-lettered again. Null for a failure that it already showed when
 * the dead letter was sent.
 */
function troubleNow({ letter, diagnosis }: DiagnosedLetter, links: readonly Link[]): string | null {
  const now = diagnose({ ...letter, failure: null }, links)
  const isNews =
    now.code !== receiveLimit.code &&
    (now.firstFailedAt !== diagnosis.firstFailedAt || now.attempts !== diagnosis.attempts)
  return isNews ? troubleOf(letter, now) : null
}
