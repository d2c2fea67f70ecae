import { webhookPath } from '../../sources/build-source.ts'
import { type Posted, post } from './post.ts'
import { type LocalFunctions, postEvent } from './post-event.ts'
import type { Sample } from './samples.ts'
import { queryPart, type Signing, signSample } from './sign-sample.ts'

export type Door = Signing & {
  /** An origin, with a stage's path where it has one; without `/webhooks/…`. */
  readonly url: string
  /** The functions of the local stack, for events; absent for any other URL. */
  readonly functions?: LocalFunctions
}

const concurrency = 8

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

/** Signs and posts one webhook, or invokes the function of an event. Throws neither for an error nor for a URL that cannot be reached. */
export async function postSample(sample: Sample, door: Door): Promise<Posted> {
  const { eventFunction } = sample
  if (eventFunction !== null) return postEvent({ ...sample, eventFunction }, door.functions)
  const signed = signSample(sample, door)
  return post(sample, {
    url: `${door.url}${webhookPath(sample.source)}${queryPart(signed)}`,
    headers: signed.headers,
    body: signed.body,
  })
}

export function isAccepted({ status }: Pick<Posted, 'status'>): boolean {
  return status !== null && status >= 200 && status < 300
}
