import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import { RetryLater } from '../core/errors.ts'

/** Rotated secrets reach every function within this time, without a deploy. */
const maxAgeSeconds = 300

/**
 * Secrets from SSM Parameter Store (SecureString) under `path`, read together and kept for five minutes. Names that
 * do not exist there are left out. Throws RetryLater when Parameter Store does not answer.
 */
export function parameterStoreSecrets<Name extends string>(path: string) {
  const provider = new SSMProvider({ clientConfig: { maxAttempts: 2 } })
  return async (names: readonly Name[]): Promise<Partial<Record<Name, string>>> => {
    const wanted = Object.fromEntries(names.map((name) => [`${path}${name}`, {}]))
    try {
      const found = await provider.getParametersByName<string>(wanted, {
        decrypt: true,
        maxAge: maxAgeSeconds,
        throwOnError: false,
      })
      return Object.fromEntries(
        names.flatMap((name) => (found[path + name] ? [[name, found[path + name]]] : [])),
      ) as Partial<Record<Name, string>>
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : 'unknown error'
      throw new RetryLater('SECRETS_UNAVAILABLE', `the secret store did not answer (${name})`, {
        cause,
        counts: false,
      })
    }
  }
}
