import { setTimeout as sleep } from 'node:timers/promises'
import { BadInput, CommandFailed, describeError } from '../errors.ts'

/**
 * Reads one part of a whole within its time. Null when that fails or takes too long: `fail` is then told why, and `signal` is
 * aborted. Throws BadInput, which concerns the whole.
 */
export async function readPart<T>(
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  fail: (reason: string) => void,
): Promise<T | null> {
  const over = new AbortController()
  const tooLate = async (): Promise<never> => {
    await sleep(seconds * 1000, undefined, { signal: over.signal })
    throw new CommandFailed(`no answer within ${seconds} seconds`)
  }
  try {
    return await Promise.race([work(over.signal), tooLate()])
  } catch (error) {
    if (error instanceof BadInput) throw error
    fail(describeError(error))
    return null
  } finally {
    over.abort()
  }
}
