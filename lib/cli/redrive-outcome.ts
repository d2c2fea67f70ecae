import { recordKey, refOf } from '../core/change.ts'
import { type DeadLetter, diagnose, receiveLimit, roundOf } from '../core/dead-letter.ts'
import type { Link } from '../core/link.ts'
import type { CustomerLinks } from '../core/ports.ts'
import { type DiagnosedLetter, troubleOf } from '../core/redrive.ts'
import { inRunsOf } from '../support/in-parallel.ts'

/** A dead letter that was sent, and when. */
export type SentLetter = DiagnosedLetter & { readonly sentAt: Date }

/** What became of the dead letters that were sent; each is counted once. */
export type RedriveOutcome = {
  /** Worked off: the provider has this state or a newer one. */
  readonly arrived: number
  /** Failed again, and is being retried. */
  readonly retrying: number
  /** On the queue of changes, or nobody can say. */
  readonly waiting: number
  /** Dead letters again. */
  readonly cameBack: readonly { readonly code: string; readonly count: number }[]
}

const readsAtOnce = 25
/** Each costs a read; what is beyond counts as waiting. */
const mostAsked = 1000

/** What ties a dead letter that comes back to the one that was sent. */
export function keyOf({ change, raw }: DeadLetter): string {
  return change ? recordKey(change) : `${raw?.group} ${raw?.body}`
}

/** True for one that was sent before: it has come back in the round it was sent in, or a later one. */
export function hasComeBack(letter: DeadLetter, sentRounds: ReadonlyMap<string, number>): boolean {
  const round = sentRounds.get(keyOf(letter))
  return round !== undefined && (letter.change === null || roundOf(letter) >= round)
}

/** `back` are the dead letters that came back; where the queue of changes is empty (`isIdle`) all others have arrived. */
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

/** What the changes that are still being tried fail with now, and how many with each. */
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
/** Enough of a wave to tell by whether it fails again; each costs a read. */
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
 * The link tells minutes before a change becomes a dead letter again that it fails; what it said already when the dead
 * letter was sent is no news, and null.
 */
function troubleNow({ letter, diagnosis }: DiagnosedLetter, links: readonly Link[]): string | null {
  const now = diagnose({ ...letter, failure: null }, links)
  const isNews =
    now.code !== receiveLimit.code &&
    (now.firstFailedAt !== diagnosis.firstFailedAt || now.attempts !== diagnosis.attempts)
  return isNews ? troubleOf(letter, now) : null
}
