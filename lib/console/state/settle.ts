import { setTimeout as sleep } from 'node:timers/promises'

export type Settled<T> =
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly error: unknown }
  /** Not over within the time; the work goes on. */
  | { readonly state: 'slow' }

/** Waits for the work, but not longer than `ms`. Never throws. */
export async function settle<T>(work: Promise<T>, ms: number): Promise<Settled<T>> {
  const waiting = new AbortController()
  const settled = work.then(
    (value): Settled<T> => ({ state: 'ready', value }),
    (error: unknown): Settled<T> => ({ state: 'failed', error }),
  )
  const slow = sleep(ms, { state: 'slow' } as const, { signal: waiting.signal })
  try {
    return await Promise.race([settled, slow])
  } finally {
    slow.catch(() => {})
    waiting.abort()
  }
}
