import { webhookPath } from '../../sources/build-source.ts'
import type { Sample } from './samples.ts'
import { queryPart, type Signing, signSample } from './sign-sample.ts'

/** One webhook and its response. `status` is null when the URL could not be reached. */
export type Posted = {
  readonly file: string
  readonly source: string
  readonly status: number | null
  readonly answer: string
}

export type Door = Signing & {
  /** An origin, with a stage's path where it has one; without `/webhooks/…`. */
  readonly url: string
}

const concurrency = 8
const timeoutMs = 30_000
const longestAnswer = 200

/** Posts the samples, a few at a time, each freshly signed. Starts no further one when `signal` is aborted. */
export async function postSamples(
  samples: Iterable<Sample>,
  door: Door,
  { signal, onPosted = () => {} }: { signal?: AbortSignal; onPosted?: (posted: Posted) => void } = {},
): Promise<readonly Posted[]> {
  const results: Posted[] = []
  const waiting = samples[Symbol.iterator]()
  const worker = async () => {
    for (let next = waiting.next(); !next.done && !signal?.aborted; next = waiting.next()) {
      const posted = await postSample(next.value, door)
      results.push(posted)
      onPosted(posted)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}

/** Signs and posts one webhook. Throws neither for an error status nor for a URL that cannot be reached. */
export async function postSample(sample: Sample, door: Door): Promise<Posted> {
  const signed = signSample(sample, door)
  const { file, source } = sample
  try {
    const response = await fetch(`${door.url}${webhookPath(source)}${queryPart(signed)}`, {
      method: 'POST',
      headers: signed.headers,
      body: Buffer.from(signed.body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = (await response.text()).trim().replace(/\s+/g, ' ')
    return { file, source, status: response.status, answer: text.slice(0, longestAnswer) }
  } catch (error) {
    return { file, source, status: null, answer: `not reached (${reasonOf(error)})` }
  }
}

export function isAccepted({ status }: Pick<Posted, 'status'>): boolean {
  return status !== null && status >= 200 && status < 300
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { cause } = error
  if (!(cause instanceof Error)) return error.name
  return 'code' in cause ? String(cause.code) : cause.message
}
