import { describeError } from '../../operator/errors.ts'
import { type DeadLetterList, listDeadLetters } from './dead-letter-list.ts'
import type { Job, Jobs } from './jobs.ts'
import type { Place } from './place.ts'

/** Jobs that hold dead letters: two at once would take them from each other. */
export const deadLetterLane = 'dead letters'

/** The dead letters as they were at the last look. */
export type DeadLetterBoard = {
  latest(): DeadLetterList | null
  /** Begins a look at all of them. Returns the job that holds them when another one does. */
  look(): Job
  /** Why the last look failed; null when it did not. */
  failure(): unknown
  /** Looks, as a part of a job that changed some. */
  lookWithin(signal: AbortSignal): Promise<void>
}

export function newDeadLetterBoard(place: Place, jobs: Jobs): DeadLetterBoard {
  let list: DeadLetterList | null = null
  let failure: unknown = null

  const look = async (signal: AbortSignal, onProgress: (seen: number, expected: number) => void) => {
    try {
      const seen = await listDeadLetters(place.stage(), signal, onProgress)
      if (signal.aborted) return
      list = seen
      failure = null
    } catch (error) {
      failure = error
      throw error
    }
  }

  return {
    latest: () => list,
    failure: () => failure,
    lookWithin: (signal) => look(signal, () => {}),
    look: () =>
      jobs.start({
        title: 'Reading the dead letters',
        lane: deadLetterLane,
        isQuiet: true,
        describe: describeError,
        work: async ({ signal, progress }) => {
          await look(signal, (seen, expected) => progress(seen, expected, 'reading'))
          return []
        },
      }),
  }
}
