import { countMessages } from '../../aws/count-messages.ts'
import { openActivity } from '../activity/open-activity.ts'
import { openLinks } from '../links/open-links.ts'
import type { Stage } from '../stage/stage.ts'
import { findStuckChanges, type StuckChanges } from './stuck-changes.ts'

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
  readonly oldestSeconds: number | null
}

/** What only the log tells. Null where the stage keeps none. */
export async function readLog(
  stage: Stage,
  counting: Promise<ChangeCounts | null>,
  now: Date,
): Promise<LogStatus | null> {
  const activity = await openActivity(stage)
  if (!activity) return null
  try {
    const accepted = await activity.lastAccepted()
    const stuck = findStuckChanges(await activity.recent({ limit: mostEntries }), now)
    return { accepted, stuck, oldestSeconds: await oldestOf(await counting, activity.oldestSeconds) }
  } finally {
    await activity.close()
  }
}

async function oldestOf(
  counts: ChangeCounts | null,
  ask: (waiting: number) => Promise<number | null>,
): Promise<number | null> {
  if (counts === null) return null
  const waiting = counts.waiting + counts.inFlight
  return waiting === 0 ? 0 : ask(waiting)
}
