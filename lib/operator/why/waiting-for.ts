import type { Link } from '../../core/model/link.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import type { BreakerRecord } from '../../core/ports/breaker.ts'
import { adviceFor, commandLine, type StageFlags } from '../advice/advice.ts'
import { isRetriedAutomatically } from '../dead-letters/dead-letter-row.ts'
import type { RecordDeadLetter } from '../dead-letters/find-dead-letter.ts'
import { nextSteps } from '../links/next-steps.ts'
import type { TimelineEntry } from './timeline.ts'

/** What a record waits for, in a sentence, and what to do about it: whole commands, to be copied, among the steps. */
export type Waiting = { readonly waitingFor: string | null; readonly steps: readonly string[] }

export type Known = StageFlags & {
  readonly links: readonly Link[]
  readonly timeline: readonly TimelineEntry[]
  readonly deadLetter: RecordDeadLetter | null
  /** Of the providers that the links name. */
  readonly breakers: readonly BreakerRecord[]
  /** Changes of all records on the queue; null when it did not answer. */
  readonly queued: number | null
  readonly titleOf: (provider: ProviderName) => string
}

/** The first that applies: a dead letter, a decision, a paused provider, another failure, the queue. */
export function describeWaiting(known: Known): Waiting {
  return (
    describeDeadLetter(known) ??
    describeDecision(known) ??
    describePause(known) ??
    describeRetry(known) ??
    describeQueue(known) ?? { waitingFor: null, steps: [] }
  )
}

function describeDeadLetter({ deadLetter, ...flags }: Known): Waiting | null {
  if (!deadLetter) return null
  const { id, code, reason, deadLetteredAt } = deadLetter.row
  const since = deadLetteredAt === null ? '' : ` since ${deadLetteredAt}`
  const isAutomatic = isRetriedAutomatically(deadLetter.row)
  return {
    waitingFor: `a dead letter${since}, ${isAutomatic ? 'retried automatically' : 'for an operator'}: ${code}, ${reason}`,
    steps: [
      ...adviceFor(code),
      isAutomatic ? 'It is retried automatically. To send it again now:' : 'Then send it again:',
      commandLine('dead-letters', ['redrive', id], flags),
    ],
  }
}

function describeDecision({ links, ...flags }: Known): Waiting | null {
  const link = links.find(({ state }) => state === 'undecided')
  if (!link) return null
  const { failure } = link
  const situation = { ...flags, deadLetter: 'none', surplus: undefined, isAmbiguous: true } as const
  const why = failure ? `: ${failure.code}, ${failure.reason}` : ''
  return { waitingFor: `a decision${why}`, steps: nextSteps(link, situation) }
}

function describePause({ links, breakers, queued, titleOf }: Known): Waiting | null {
  const waiting = links.filter(({ failure }) => failure?.retryable)
  const paused = breakers.find(
    ({ state, provider, mode }) =>
      state !== 'closed' && waiting.some((link) => link.provider === provider && link.mode === mode),
  )
  if (!paused) return null
  const { provider, since, code } = paused
  const count = queued === null ? '' : `; ${queued} ${queued === 1 ? 'change waits' : 'changes wait'}`
  return {
    waitingFor: `${titleOf(provider)} paused${since === null ? '' : ` since ${since}`}, ${code}${count}`,
    steps: [...adviceFor(code ?? ''), 'Its changes continue automatically when it is back.'],
  }
}

/** A failure without anything on the queue belongs to a change that was dropped. */
function describeRetry({ links, queued }: Known): Waiting | null {
  const failing = links.find(({ failure }) => failure?.retryable)?.failure
  if (!failing || queued === 0) return null
  const { code, reason, firstFailedAt } = failing
  return {
    waitingFor: `another try, failing since ${firstFailedAt}: ${code}, ${reason}`,
    steps: [...adviceFor(code), 'It is retried automatically.'],
  }
}

/** Received, and nothing became of it yet. */
function describeQueue({ timeline, queued }: Known): Waiting | null {
  const last = timeline.at(-1)
  if (last?.event !== 'received' || queued === 0) return null
  return {
    waitingFor: `its turn in the queue since ${last.at}${queued === null ? '' : `; ${queued} changes are queued or being processed`}`,
    steps: [],
  }
}
