import type { SourceName } from '../../core/model/change.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import type { StageFlags } from '../advice/advice.ts'
import type { Stage } from '../stage/stage.ts'
import { actionsFor } from './actions.ts'
import { countDeadLetters, readDeadLetterCodes } from './dead-letter-counts.ts'
import { readProviders } from './provider-status.ts'
import { readPart } from './read-part.ts'
import type { Status } from './status.ts'
import { countChanges, countUndecided, readLog } from './status-parts.ts'

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
  const failures: string[] = []
  const read = <T>(what: string, seconds: number, work: (signal: AbortSignal) => Promise<T>) =>
    readPart(seconds, work, (reason) => failures.push(`cannot read ${what}: ${reason}`))

  const counting = read('the queue of changes', callSeconds, () => countChanges(stage))
  const lettersCounting = read('the dead letters', callSeconds, () => countDeadLetters(stage))
  const [queue, totals, codes, providers, undecided, log] = await Promise.all([
    counting,
    lettersCounting,
    lettersCounting.then((counted) =>
      counted === null
        ? null
        : read('the codes of the dead letters', walkSeconds, (signal) =>
            readDeadLetterCodes(stage, counted, signal),
          ),
    ),
    read('the state of the providers', callSeconds, () => readProviders(inUse.providers, stage, now)),
    read('the undecided links', walkSeconds, (signal) => countUndecided(stage, signal)),
    read('the log', walkSeconds, () => readLog(stage, counting, now)),
  ])

  const leaving = Object.values(codes?.manualByCode ?? {}).reduce((sum, number) => sum + number, 0)
  // Dead letters that will not be retried are moved to the queue for manual handling with the next scheduled run.
  const manual = totals && Math.max(totals.manual, leaving)
  const actions = actionsFor(
    {
      providers: providers ?? [],
      stuck: log?.stuck ?? [],
      manual: manual ?? 0,
      manualByCode: codes?.manualByCode ?? {},
      undecided: undecided ?? 0,
      failures,
    },
    flags,
  )
  const status: Status = {
    healthy: actions.length === 0,
    queue: {
      waiting: queue?.waiting ?? null,
      inFlight: queue?.inFlight ?? null,
      oldestSeconds: log?.oldestSeconds ?? null,
    },
    deadLetters: {
      total: totals && totals.automatic + totals.manual,
      manual,
      byCode: codes?.byCode ?? null,
    },
    providers,
    sources: inUse.sources.map((source) => ({ source, lastAcceptedAt: log?.accepted.get(source) ?? null })),
    undecided,
    actions,
  }
  const unseen = codes?.unseen ?? 0
  const notes =
    unseen > 0
      ? [`the codes of about ${unseen} dead letters are not known: too many, or others look at them`]
      : []
  return { status, notes: [...failures, ...notes] }
}
