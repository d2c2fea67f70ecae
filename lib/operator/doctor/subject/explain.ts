import { Misconfigured, Rejected, RetryLater, SyncError } from '../../../core/model/errors.ts'
import { adviceFor } from '../../advice/advice.ts'
import { describeAwsError, describeError } from '../../errors.ts'
import { CannotCheck, fine, notChecked, type Outcome, wrong } from './finding.ts'
import type { Subject } from './subject.ts'

const runAgain =
  'Run the doctor again. If it stays: check the address and the network. Changes wait and are retried meanwhile.'

/** The outcome of a check that failed. `permission` is the AWS action that it needs. */
export function explain(error: unknown, permission?: string): Outcome {
  if (error instanceof CannotCheck) return fine(`${notChecked}${error.message}`)
  if (permission !== undefined && isDenied(error)) {
    return wrong(
      `${notChecked}these AWS credentials may not call ${permission}`,
      `Allow ${permission} for the credentials that this command runs with.`,
    )
  }
  return wrong(`${notChecked}${describeAwsError(error) ?? textOf(error)}`, runAgain)
}

/** The variables that a call depends on: its secrets and its API's addresses, and all others of the adapter. */
type Settings = { readonly ofCall: readonly string[]; readonly others?: readonly string[] }

/**
 * The outcome of a read that only shows whether a key or token is accepted; `found` is what to say if it is. A refusal of the
 * request itself proves that the key was accepted, and throttling proves nothing.
 */
export function explainCall(error: unknown, found: string, settings: Settings, it: Subject): Outcome {
  if (error instanceof Rejected) return fine(found)
  if (error instanceof RetryLater && error.code.endsWith('THROTTLED')) {
    return fine(`${notChecked}${textOf(error)}`)
  }
  if (!(error instanceof Misconfigured)) return explain(error)
  const advice = adviceFor(error.code)
  if (!it.isLocal) return wrong(textOf(error), advice.join(' '))
  const { ofCall, others = [] } = settings
  const named = [...ofCall, ...others].filter((name) => error.message.includes(name))
  const fix = `Correct ${(named.length > 0 ? named : ofCall).join(' or ')} in the environment or .env, then restart npm start.`
  return wrong(textOf(error), [fix, ...advice.slice(-1)].join(' '))
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
