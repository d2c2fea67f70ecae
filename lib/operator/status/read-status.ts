import type { SourceName } from '../../core/model/change.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import type { Activity } from '../activity/figures.ts'
import { openActivity } from '../activity/open-activity.ts'
import type { StageFlags } from '../advice/advice.ts'
import type { Stage } from '../stage/stage.ts'
import { actionsFor } from './actions.ts'
import { countDeadLetters, readDeadLetterCodes } from './dead-letter-counts.ts'
import { readProviders } from './provider-status.ts'
import { readPart } from './read-part.ts'
import type { Status } from './status.ts'
import { countChanges, countUndecided, readLog, readOldest } from './status-parts.ts'

/** Seconds for one part: for a few calls, and for a walk through a queue or the table. */
const callSeconds = 10
const walkSeconds = 20

/** The sources and providers that are switched on in `sync.config.ts`. */
export type InUse = { readonly sources: readonly SourceName[]; readonly providers: readonly ProviderName[] }

export type StatusRead = {
  readonly status: Status
  /** Which parts could not be read, or not completely, a line each. */
  readonly notes: readonly string[]
}

/**
 * Reads how a stage is doing. All parts are read at the same time; one that fails or takes too long is null, and named among
 * the actions. Throws BadInput when there is no such stage.
 */
export async function readStatus(
  stage: Stage,
  inUse: InUse,
  flags: StageFlags,
  now: Date,
): Promise<StatusRead> {
  const activity = await openActivity(stage)
  try {
    return toStatus(await readParts(stage, activity, inUse, now), inUse, flags)
  } finally {
    await activity?.close()
  }
}

type Parts = Awaited<ReturnType<typeof readParts>>

async function readParts(stage: Stage, activity: Activity | null, { providers }: InUse, now: Date) {
  const failures: string[] = []
  const read = <T>(what: string, seconds: number, work: (signal: AbortSignal) => Promise<T>) =>
    readPart(seconds, work, (reason) => failures.push(`cannot read ${what}: ${reason}`))

  const counting = read('the queue of changes', callSeconds, () => countChanges(stage))
  const counted = read('the dead letters', callSeconds, () => countDeadLetters(stage))
  const readCodes = async () => {
    const totals = await counted
    if (!totals) return null
    return read('the codes of the dead letters', walkSeconds, (signal) =>
      readDeadLetterCodes(stage, totals, signal),
    )
  }
  const [queue, totals, codes, health, undecided, log, oldestSeconds] = await Promise.all([
    counting,
    counted,
    readCodes(),
    read('the state of the providers', callSeconds, () => readProviders(providers, stage, now)),
    read('the undecided links', walkSeconds, (signal) => countUndecided(stage, signal)),
    activity && read('the log', walkSeconds, () => readLog(activity, now)),
    activity &&
      read('the age of the oldest change', walkSeconds, async () => {
        const counts = await counting
        return counts && readOldest(activity, counts)
      }),
  ])
  return { failures, queue, totals, codes, providers: health, undecided, log, oldestSeconds }
}

function toStatus(parts: Parts, { sources }: InUse, flags: StageFlags): StatusRead {
  const { failures, queue, totals, codes, log } = parts
  const unseen = codes?.unseen ?? 0
  const manualByCode = codes?.manualByCode ?? {}
  const seenManual = Object.values(manualByCode).reduce((sum, number) => sum + number, 0)
  // Some of them are only moved to the queue for manual handling with the next scheduled run.
  const manual = totals && Math.max(totals.manual, seenManual)
  const actions = actionsFor(
    {
      providers: parts.providers ?? [],
      stuck: log?.stuck ?? [],
      manual: manual ?? 0,
      manualByCode,
      undecided: parts.undecided ?? 0,
      failures,
    },
    flags,
  )
  const status: Status = {
    healthy: actions.length === 0,
    queue: {
      waiting: queue?.waiting ?? null,
      inFlight: queue?.inFlight ?? null,
      oldestSeconds: parts.oldestSeconds,
    },
    deadLetters: { total: totals && totals.automatic + totals.manual, manual, byCode: codes?.byCode ?? null },
    providers: parts.providers,
    sources: sources.map((source) => ({ source, lastAcceptedAt: log?.accepted.get(source) ?? null })),
    undecided: parts.undecided,
    actions,
  }
  const about = `the codes of about ${unseen} dead letters are not known: too many, or others look at them`
  return { status, notes: [...failures, ...(unseen > 0 ? [about] : [])] }
}
