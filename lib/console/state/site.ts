import { type Counts, newCounts } from './counts.ts'
import { type DeadLetterBoard, newDeadLetterBoard } from './dead-letters.ts'
import { type Jobs, newJobs } from './jobs.ts'
import { type Notices, newNotices } from './notices.ts'
import type { Place } from './place.ts'
import { newReadings, type Readings } from './readings.ts'
import { newUndecided, type Undecided } from './undecided.ts'

/** What all pages share. */
export type Site = {
  readonly place: Place
  readonly jobs: Jobs
  readonly notices: Notices
  readonly undecided: Undecided
  readonly deadLetters: DeadLetterBoard
  readonly counts: Counts
  readonly readings: Readings
  /** Stops the jobs and waits for what is being read. */
  close(): Promise<void>
}

export function newSite(place: Place): Site {
  const jobs = newJobs()
  const undecided = newUndecided(place)
  const readings = newReadings(place)
  return {
    place,
    jobs,
    notices: newNotices(),
    undecided,
    deadLetters: newDeadLetterBoard(place, jobs),
    counts: newCounts(place, jobs, undecided),
    readings,
    close: async () => {
      await Promise.all([jobs.close(), undecided.close(), readings.close()])
      place.close()
    },
  }
}
