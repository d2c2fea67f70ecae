import { loadSyncConfig } from '../../offline/load-sync-config.ts'
import type { Activity, ActivityFilter, Figures, Range } from '../../operator/activity/figures.ts'
import { openActivity } from '../../operator/activity/open-activity.ts'
import type { LogEntry } from '../../operator/log/log-entry.ts'
import { openLog } from '../../operator/log/open-log.ts'
import type { Stage } from '../../operator/stage/stage.ts'
import { type ProviderStatus, readProviders } from '../../operator/status/provider-status.ts'
import type { InUse } from '../../operator/status/read-status.ts'
import { type ChangeCounts, countChanges, readOldest } from '../../operator/status/status-parts.ts'
import type { Place } from './place.ts'

/** What the stage is doing, as the pages show it. Null where the stage keeps no log. */
export type Readings = {
  figures(range: Range): Promise<Figures | null>
  recent(filter: ActivityFilter): Promise<readonly LogEntry[] | null>
  lastAccepted(): Promise<ReadonlyMap<string, string> | null>
  queue(): Promise<ChangeCounts & { readonly oldestSeconds: number | null }>
  providers(): Promise<readonly ProviderStatus[]>
  /** What `sync.config.ts` switches on. */
  inUse(): Promise<InUse>
  /** Every log line from now on, until `signal` is aborted. Ends at once where there is no log. */
  follow(signal: AbortSignal): AsyncIterable<LogEntry>
  close(): Promise<void>
}

/** How long an answer is good for: asking a deployed stage takes time and costs money. */
const freshMs = { local: 500, deployed: 20_000 } as const

export function newReadings(place: Place): Readings {
  let opened: { readonly stage: Stage; readonly activity: Promise<Activity | null> } | undefined
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>()

  const activity = async (): Promise<Activity | null> => {
    const stage = place.stage()
    if (opened?.stage !== stage) {
      const before = opened
      opened = { stage, activity: openActivity(stage) }
      answers.clear()
      await (await before?.activity)?.close()
    }
    return opened.activity
  }

  /** Pages that ask the same at the same time get the same answer. */
  const shared = async <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key)
    const isFresh = known && Date.now() - known.at < freshMs[place.isLocal ? 'local' : 'deployed']
    if (isFresh) return known.answer as Promise<T>
    const answer = ask()
    answers.set(key, { at: Date.now(), answer })
    answer.catch(() => answers.delete(key))
    return answer
  }

  const inUse = async (): Promise<InUse> => {
    const { sources, providers } = await loadSyncConfig()
    return { sources: Object.keys(sources), providers }
  }

  return {
    figures: (range) => shared(`figures ${range}`, async () => (await activity())?.figures(range) ?? null),
    recent: (filter) =>
      shared(`recent ${JSON.stringify(filter)}`, async () => (await activity())?.recent(filter) ?? null),
    lastAccepted: () => shared('accepted', async () => (await activity())?.lastAccepted() ?? null),
    queue: () =>
      shared('queue', async () => {
        const counts = await countChanges(place.stage())
        return { ...counts, oldestSeconds: await readOldest(await activity(), counts) }
      }),
    providers: () =>
      shared('providers', async () => readProviders((await inUse()).providers, place.stage(), new Date())),
    inUse,
    async *follow(signal) {
      const log = await openLog(place.stage())
      if (log) yield* log.follow(signal)
    },
    async close() {
      await (await opened?.activity)?.close()
    },
  }
}
