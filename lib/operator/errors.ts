import { SyncError } from '../core/model/errors.ts'

/** The request or the settings are wrong. A command prints one line and exits with 2. */
export class BadInput extends Error {}

/** The request was right, but it failed. A command prints one line and exits with 1. */
export class CommandFailed extends Error {}

/** The most frequent errors of AWS, with what to do about them. */
const awsErrors: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'no AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  UnrecognizedClientException: 'these AWS credentials are not valid',
  InvalidClientTokenId: 'these AWS credentials are not valid',
  ExpiredTokenException: 'the AWS credentials have expired: log in again',
  AccessDeniedException: 'these AWS credentials are not allowed to do this',
  ResourceNotFoundException: 'there is no such stage here: check --stage and --region',
}

const credentialErrors = new Set([
  'CredentialsProviderError',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'ExpiredTokenException',
])

/** Whether an AWS call failed because there are no credentials, or none that AWS accepts: no other call would succeed. */
export function isAboutCredentials(error: unknown): error is Error {
  return error instanceof Error && credentialErrors.has(error.name)
}

/** What to do about an error of an AWS call; undefined for errors that are not in the list. */
export function describeAwsError(error: unknown): string | undefined {
  return error instanceof Error ? awsErrors[error.name] : undefined
}

/** The error in words, as a command or a page shows it. */
export function describeError(error: unknown): string {
  if (error instanceof BadInput || error instanceof CommandFailed) return error.message
  const known = error instanceof Error && describeAwsError(error.cause)
  if (known) return known
  if (error instanceof SyncError) return `${error.message} (${error.code})`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
