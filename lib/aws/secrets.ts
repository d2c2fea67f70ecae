import { RetryLater } from '../core/model/errors.ts'
import type { Clock } from '../core/ports/observers.ts'
import { noAnswerFrom } from './no-answer.ts'
import type { ParameterStore } from './parameter-store.ts'

/** A rotated secret reaches every function within this time, without a deployment. */
const maxAgeMillis = 300_000
/** After a failed read, the store is not called again for this long while cached values exist. */
const pauseMillis = 30_000
/** Minimum time between two forced reads, so that forged messages cannot cause a burst of calls. */
const leastAgeMillis = 10_000
/** GetParameters accepts at most ten names. */
const namesPerCall = 10

type SecretValues<Name extends string> = Readonly<Partial<Record<Name, string>>>

export type SecretReader<Name extends string> = {
  /** All secrets, at most five minutes old while the store answers. Throws RetryLater when none were ever read. */
  read(): Promise<SecretValues<Name>>
  /** Reads the secrets again now, unless they were read in the last ten seconds. */
  readAgain(): Promise<SecretValues<Name>>
}

type Known<Name extends string> = { readonly values: SecretValues<Name>; readonly readAt: number }

/**
 * Secrets from SSM Parameter Store (SecureString) under `path`. Reads all `names` in as few calls as possible;
 * concurrent callers share one read. When the store does not answer, the last values stay in use. Names without a
 * parameter are omitted.
 */
export function parameterStoreSecrets<Name extends string>(
  path: string,
  names: readonly Name[],
  store: ParameterStore,
  clock: Clock,
): SecretReader<Name> {
  let known: Known<Name> | undefined
  let triedAt = Number.NEGATIVE_INFINITY
  let underWay: Promise<SecretValues<Name>> | undefined

  const readNow = async (): Promise<SecretValues<Name>> => {
    const now = clock.now().getTime()
    triedAt = now
    try {
      const values = await readParameters(store, path, names)
      known = { values, readAt: now }
      return values
    } catch (cause) {
      if (known) return known.values
      const message = noAnswerFrom(`the secret store at ${store.host}`, cause)
      throw new RetryLater('SECRETS_UNAVAILABLE', message, { cause, counts: false })
    }
  }
  const readTogether = () => {
    underWay ??= readNow().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  return {
    async read() {
      const now = clock.now().getTime()
      const isFresh = known && now - known.readAt < maxAgeMillis
      if (known && (isFresh || now - triedAt < pauseMillis)) return known.values
      return readTogether()
    },
    async readAgain() {
      if (known && clock.now().getTime() - triedAt < leastAgeMillis) return known.values
      return readTogether()
    },
  }
}

async function readParameters<Name extends string>(
  store: ParameterStore,
  path: string,
  names: readonly Name[],
): Promise<SecretValues<Name>> {
  const chunks = Array.from({ length: Math.ceil(names.length / namesPerCall) }, (_, index) =>
    names.slice(index * namesPerCall, (index + 1) * namesPerCall),
  )
  const answers = await Promise.all(
    chunks.map((chunk) => store.getParameters(chunk.map((name) => path + name))),
  )
  const found = new Map(answers.flat())
  const values: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = found.get(path + name)
    if (value) values[name] = value
  }
  return values
}
