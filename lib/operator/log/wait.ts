import { setTimeout as sleep } from 'node:timers/promises'

/** Waits, but returns as soon as `signal` is aborted. */
export async function waitUnlessAborted(millis: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(millis, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
