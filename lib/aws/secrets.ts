import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm'
import { RetryLater } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'

/** Rotated secrets reach every function within this time, without a deploy. */
const maxAgeMillis = 300_000

/**
 * Secrets from SSM Parameter Store (SecureString) under `path`, read together and kept for five minutes; when it does
 * not answer, what was read last goes on being used. Names that do not exist there are left out (and not asked for at
 * every call, as Powertools' cache of single parameters would). Throws RetryLater when there is nothing to go on with.
 */
export function parameterStoreSecrets<Name extends string>(path: string, client: SSMClient, clock: Clock) {
  const cache = new Map<string, { readonly readAt: number; readonly values: Partial<Record<Name, string>> }>()
  return async (names: readonly Name[]): Promise<Partial<Record<Name, string>>> => {
    const key = names.join()
    const cached = cache.get(key)
    const now = clock.now().getTime()
    if (cached && now - cached.readAt < maxAgeMillis) return cached.values
    try {
      const values = await readParameters(client, path, names)
      cache.set(key, { readAt: now, values })
      return values
    } catch (cause) {
      if (cached) return cached.values
      const name = cause instanceof Error ? cause.name : 'unknown error'
      throw new RetryLater('SECRETS_UNAVAILABLE', `the secret store did not answer (${name})`, {
        cause,
        counts: false,
      })
    }
  }
}

async function readParameters<Name extends string>(client: SSMClient, path: string, names: readonly Name[]) {
  const Names = names.map((name) => path + name)
  const { Parameters = [] } = await client.send(new GetParametersCommand({ Names, WithDecryption: true }))
  const found = new Map(Parameters.map(({ Name, Value }) => [Name, Value]))
  const values: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = found.get(path + name)
    if (value) values[name] = value
  }
  return values
}
