import type { CustomerChange } from '../../../core/model/change.ts'
import type { SyncDeps } from '../../../core/ports/sync-deps.ts'
import { oneSourceEach } from '../../../core/reading/own-accounts.ts'
import { limiter } from '../../../support/limiter.ts'
import { type LinksReader, type RecordedLinks, recordedLinks } from './recorded-links.ts'
import { type RecordedProviders, recordedProviders } from './recorded-provider.ts'

/** What a plan reads with: the real CRMs, providers and table, and what `sync.config.ts` says. */
export type PlanDeps = Pick<
  SyncDeps,
  | 'source'
  | 'provider'
  | 'sealer'
  | 'knownProviders'
  | 'providers'
  | 'routes'
  | 'policies'
  | 'phoneCountry'
  | 'clock'
> & {
  readonly links: LinksReader
}

export type Recording = {
  readonly links: RecordedLinks
  readonly providers: RecordedProviders
  /** Takes the changes that would have been queued since the last call. */
  takeQueued(): readonly CustomerChange[]
}

/** Customers read from one provider at a time. Its rate limit is shared with the sync. */
const concurrency = 5

/**
 * The engine's dependencies for a plan: reads are made, and everything that writes is recorded. A paused provider is admitted,
 * since the plan tells what would be done once it is back.
 */
export function recordingDeps(deps: PlanDeps): { readonly deps: SyncDeps; readonly recording: Recording } {
  const links = recordedLinks(deps.links)
  const providers = recordedProviders(limiter(concurrency))
  let queued: CustomerChange[] = []
  const ignore = () => {}
  const unused = async () => {
    throw new TypeError('a plan dead-letters nothing')
  }
  return {
    deps: {
      ...deps,
      source: oneSourceEach(deps.source),
      links,
      breaker: { admit: async () => {}, watch: (provider, ref) => providers.record(provider, ref) },

      queue: { send: async (changes) => void queued.push(...changes) },
      deadLetters: { park: unused, parkRaw: unused },
      // Failures are counted and claims are made in memory only, so these settings decide nothing.
      retry: { baseSeconds: 1, maxSeconds: 1, attempts: 1 },
      claimLeaseSeconds: 0,
      remainingMillis: () => Number.POSITIVE_INFINITY,
      // All records of a batch are read together, however long the table takes.
      sleep: () => new Promise(() => {}),
      limiter,
      random: Math.random,
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      metrics: { count: ignore, measure: ignore },
    },
    recording: {
      links,
      providers,
      takeQueued() {
        const taken = queued
        queued = []
        return taken
      },
    },
  }
}
