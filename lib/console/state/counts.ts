import { countMessages } from '../../aws/count-messages.ts'
import type { NavCounts } from '../parts/navigation.ts'
import type { Jobs } from './jobs.ts'
import type { Place } from './place.ts'
import { settle } from './settle.ts'
import type { Undecided } from './undecided.ts'

/** How much waits in each view. */
export type Counts = {
  /** What is known by now: asks again when that is too old, but lets no page wait for it. */
  get(): Promise<NavCounts>
}

const freshMs = { local: 1000, deployed: 15_000 } as const
const patienceMs = 250

export function newCounts(place: Place, jobs: Jobs, undecided: Undecided): Counts {
  let known: Pick<NavCounts, 'deadLetters' | 'manual'> = { deadLetters: null, manual: null }
  let askedAt = 0
  let asking: Promise<void> | null = null

  const ask = async (): Promise<void> => {
    const { sqs, findQueues } = place.stage()
    const queues = await findQueues()
    const [automatic, manual] = await Promise.all(
      [queues.deadLetters, queues.manualDeadLetters].map((url) => countMessages(sqs, url)),
    )
    const sum = (count: typeof manual) => (count ? count.visible + count.inFlight : 0)
    known = { deadLetters: sum(automatic) + sum(manual), manual: sum(manual) }
    askedAt = Date.now()
  }

  return {
    async get() {
      if (Date.now() - askedAt > freshMs[place.isLocal ? 'local' : 'deployed']) {
        asking ??= ask().finally(() => {
          asking = null
        })
        // The view that needs the queue says why it cannot be read.
        await settle(asking, patienceMs)
      }
      return {
        ...known,
        undecided: undecided.latest()?.links.length ?? null,
        runningJobs: jobs.list().filter(({ state }) => state === 'running').length,
      }
    },
  }
}
