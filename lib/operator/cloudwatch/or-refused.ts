import { CommandFailed, describeAwsError } from '../errors.ts'

/** Makes a call that needs this permission. Throws CommandFailed, which names the permission where that is what is missing. */
export async function orRefused<T>(permission: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    throw new CommandFailed(describe(permission, cause), { cause })
  }
}

function describe(permission: string, cause: unknown): string {
  const name = cause instanceof Error ? cause.name : typeof cause
  if (name.startsWith('AccessDenied')) return `these AWS credentials lack the permission ${permission}`
  return describeAwsError(cause) ?? `CloudWatch did not answer ${permission} (${name})`
}
