import { Misconfigured, Rejected, RetryLater, SyncError } from '../../../core/model/errors.ts'
import { adviceFor } from '../../advice/advice.ts'
import { describeAwsError, describeError } from '../../errors.ts'
import { CannotCheck, fine, type Outcome, wrong } from './finding.ts'
import { howToSet, type Subject } from './subject.ts'

const runAgain =
  'Run the doctor again. If it stays: check the address and the network. Changes wait and are retried meanwhile.'

/** The outcome of a check that failed. `permission` is the AWS action that it needs. */
export function explain(error: unknown, permission?: string): Outcome {
  if (error instanceof CannotCheck) return fine(`could not be checked: ${error.message}`)
  if (permission !== undefined && isDenied(error)) {
    return wrong(
      `could not be checked: these AWS credentials may not call ${permission}`,
      `Allow ${permission} for the credentials that this command runs with.`,
    )
  }
  const known = describeAwsError(error)
  if (known) return wrong(`could not be checked: ${known}`, runAgain)
  return wrong(`could not be checked: ${textOf(error)}`, runAgain)
}

/**
 * The outcome of a read that only shows whether a key or token is accepted; `found` is what to say if it is. A refusal of the
 * request itself proves that the key was accepted, and throttling proves nothing.
 */
export function explainCall(error: unknown, found: string, secrets: readonly string[], it: Subject): Outcome {
  if (error instanceof Rejected) return fine(found)
  if (error instanceof RetryLater && error.code.endsWith('THROTTLED')) {
    return fine(`could not be checked: ${textOf(error)}`)
  }
  if (!(error instanceof Misconfigured)) return explain(error)
  const [advice = '', page = ''] = adviceFor(error.code)
  const fix = it.isLocal ? secrets.map((name) => howToSet(name, 'api', it)).join(' ') : advice
  return wrong(textOf(error), [fix, page].join(' '))
}

function textOf(error: unknown): string {
  return error instanceof SyncError
    ? `${error.message.replace(/; it will be retried$/, '')} (${error.code})`
    : describeError(error)
}

const denials = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'])

/** Adapters wrap the error of the SDK. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && (denials.has(error.name) || isDenied(error.cause))
}
