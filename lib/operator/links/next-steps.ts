import type { Link } from '../../core/model/link.ts'
import { adviceFor, commandLine, type StageFlags } from '../advice/advice.ts'

/** The dead letter of a record: its id, that there is none, or that it is not known whether there is one. */
export type KnownDeadLetter = { readonly id: string } | 'none' | 'unknown'

export type Situation = StageFlags & {
  readonly deadLetter: KnownDeadLetter
  /** What a merge left over, in words. */
  readonly surplus: string | undefined
  /** Whether the record's id alone does not say which record is meant. */
  readonly isAmbiguous: boolean
}

/** What an operator does about a link next, a line each; commands are whole, to be copied. */
export function nextSteps(link: Link, situation: Situation): readonly string[] {
  const { failure } = link
  if (link.state === 'undecided') return chooseCustomer(link, situation)
  if (failure) return [`${failure.code}:`, ...adviceFor(failure.code), ...redrive(link, situation)]
  return describeState(link, situation)
}

function chooseCustomer(link: Link, situation: Situation): readonly string[] {
  const { candidates, failure, ref } = link
  const provider = link.provider ?? ''
  const command = (...words: Parameters<typeof commandLine>[1]) =>
    commandLine('links', [...words, ...narrowing(link, situation)], situation)
  const attach =
    candidates.length > 0
      ? [
          `Find out which customer of ${provider} this record is, and attach it:`,
          ...candidates.map((candidate) => command('attach', ref.recordId, provider, candidate)),
        ]
      : [
          `Find the customer in the dashboard of ${provider}, and attach it:`,
          command('attach', ref.recordId, provider, { placeholder: 'customer id' }),
        ]
  return [
    ...attach,
    'If it is none of them, forget the link; the next change of the record creates a customer:',
    command('forget', ref.recordId, '--provider', provider),
    ...redrive(link, situation, 'Then redrive its dead letter:'),
    ...(failure ? adviceFor(failure.code).slice(-1) : []),
  ]
}

function narrowing({ ref }: Link, { isAmbiguous }: Situation): readonly string[] {
  return isAmbiguous ? ['--source', ref.source, '--account', ref.account, '--type', ref.recordType] : []
}

function redrive(
  { failure }: Link,
  situation: Situation,
  heading = 'It is a dead letter. To send it again:',
): readonly string[] {
  const { deadLetter } = situation
  if (deadLetter === 'unknown') {
    return ['If it is among the dead letters, redrive it:', commandLine('dead-letters', ['list'], situation)]
  }
  if (deadLetter !== 'none') {
    return [heading, commandLine('dead-letters', ['redrive', deadLetter.id], situation)]
  }
  if (failure?.retryable) return ['It is not a dead letter: it is retried automatically.']
  return ['It is not a dead letter: the next change of the record tries again.']
}

function describeState(link: Link, { surplus }: Situation): readonly string[] {
  switch (link.state) {
    case 'linked':
      return link.unreadable.length > 0
        ? [`correct ${link.unreadable.join(', ')} in the CRM: they cannot be read, the rest is up to date`]
        : ['nothing to do']
    case 'merged':
      return [
        `nothing to do: the CRM merged this record into ${link.mergedInto}, which is the one that is kept up to date`,
        ...(surplus === undefined
          ? []
          : [
              `${link.providerCustomerId} is left over at ${link.provider}: delete it there if nothing needs it`,
            ]),
      ]
    case 'erased':
      return ['nothing to do: the record was erased for privacy, and is never synced again']
    case 'closed':
      return ['nothing to do: the CRM deleted this record; if it is restored there, syncing continues']
    default:
      return [describeUnfinished(link)]
  }
}

function describeUnfinished({ lastOutcome, claim }: Link): string {
  if (lastOutcome === 'not-routed')
    return 'no route of sync.config.ts takes this customer: add one if it should be created'
  return claim
    ? 'nothing to do: the create has had no answer yet, and is checked automatically'
    : 'nothing to do: the customer is about to be created'
}
