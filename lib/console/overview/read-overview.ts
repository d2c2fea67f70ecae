import type { Figures, Range } from '../../operator/activity/figures.ts'
import type { LogEntry } from '../../operator/log/log-entry.ts'
import type { ProviderStatus } from '../../operator/status/provider-status.ts'
import { findStuckChanges, type StuckChanges } from '../../operator/status/stuck-changes.ts'
import type { NavCounts } from '../parts/navigation.ts'
import { type Settled, settle } from '../state/settle.ts'
import type { Site } from '../state/site.ts'

/** What the overview shows. Each part is read at the same time, and fails or is slow alone. */
export type OverviewData = {
  readonly range: Range
  readonly figures: Settled<Figures | null>
  readonly queue: Settled<Awaited<ReturnType<Site['readings']['queue']>>>
  readonly providers: Settled<readonly ProviderStatus[]>
  readonly accepted: Settled<ReadonlyMap<string, string> | null>
  readonly recent: Settled<readonly LogEntry[] | null>
  readonly stuck: readonly StuckChanges[]
  readonly counts: NavCounts
  /** The CRMs that are switched on. */
  readonly sources: readonly string[]
}

const recentShown = 8
/** The last entries in which changes that are stuck are looked for. */
const mostEntries = 1000

export async function readOverview(site: Site, range: Range, patienceMs: number): Promise<OverviewData> {
  const { readings, counts } = site
  const now = new Date()
  const latest = settle(
    attempt(() => readings.recent({ limit: mostEntries })),
    patienceMs,
  )
  const [figures, queue, providers, accepted, entries, known, inUse] = await Promise.all([
    settle(
      attempt(() => readings.figures(range)),
      patienceMs,
    ),
    settle(
      attempt(() => readings.queue()),
      patienceMs,
    ),
    settle(
      attempt(() => readings.providers()),
      patienceMs,
    ),
    settle(
      attempt(() => readings.lastAccepted()),
      patienceMs,
    ),
    latest,
    counts.get(),
    readings.inUse(),
  ])
  const all = entries.state === 'ready' ? (entries.value ?? []) : []
  const recent =
    entries.state === 'ready' ? { ...entries, value: entries.value?.slice(0, recentShown) ?? null } : entries
  return {
    range,
    figures,
    queue,
    providers,
    accepted,
    recent,
    stuck: findStuckChanges(all, now),
    counts: known,
    sources: inUse.sources,
  }
}

/** What throws at once fails like what throws later. */
const attempt = async <T>(work: () => Promise<T>) => work()
