import { countMessages } from '../../aws/count-messages.ts'
import type { Activity } from '../activity/figures.ts'
import { openLinks } from '../links/open-links.ts'
import type { Stage } from '../stage/stage.ts'
import { findStuckChanges, longestWaitMs, type StuckChanges } from './stuck-changes.ts'

/** The last entries of the log in which changes that are stuck are looked for. */
const mostEntries = 1000

export type ChangeCounts = { readonly waiting: number; readonly inFlight: number }

/** The queue of changes as SQS counts it. `inFlight` are those being processed, and those between two tries. */
export async function countChanges({ sqs, findQueues }: Stage): Promise<ChangeCounts> {
  const { changes } = await findQueues()
  const { visible, inFlight } = await countMessages(sqs, changes)
  return { waiting: visible, inFlight }
}

/** Links that are undecided. Scans the whole table until it is aborted. */
export async function countUndecided(stage: Stage, signal: AbortSignal): Promise<number> {
  let found = 0
  for await (const _ of openLinks(stage).listLinksIn('undecided', signal)) found += 1
  return found
}

export type LogStatus = {
  /** When the last webhook of each source was accepted. */
  readonly accepted: ReadonlyMap<string, string>
  readonly stuck: readonly StuckChanges[]
}

/** What only the log tells. */
export async function readLog(activity: Activity, now: Date): Promise<LogStatus> {
  const since = new Date(now.getTime() - longestWaitMs)
  const [accepted, latest] = await Promise.all([
    activity.lastAccepted(),
    activity.recent({ limit: mostEntries, since }),
  ])
  return { accepted, stuck: findStuckChanges(latest, now) }
}

/** How long the oldest change has waited, in seconds: 0 where none waits, null where it is not known. */
export async function readOldest(activity: Activity | null, counts: ChangeCounts): Promise<number | null> {
  const waiting = counts.waiting + counts.inFlight
  if (waiting === 0) return 0
  return activity ? activity.oldestSeconds(waiting) : null
}
