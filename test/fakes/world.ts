import { providerBreaker } from '../../lib/core/failures/breaker.ts'
import type { Postponed } from '../../lib/core/messages/queued-change.ts'
import { type CustomerChange, type RecordRef, recordKey, type Snapshot } from '../../lib/core/model/change.ts'
import type { Customer } from '../../lib/core/model/customer.ts'
import type { ParkedFailure } from '../../lib/core/model/link.ts'
import type { LogFields } from '../../lib/core/ports/observers.ts'
import type { RawMessage } from '../../lib/core/ports/queues.ts'
import type { SyncDeps } from '../../lib/core/ports/sync-deps.ts'
import { syncBatch } from '../../lib/core/syncing/sync-batch.ts'
import { limiter } from '../../lib/support/limiter.ts'
import { fakeBreakers } from './breakers.ts'
import { fakeLinks } from './links.ts'
import { fakeNotchPay, fakeWooshPay } from './provider.ts'
import { fakelySealed, fakeSealer } from './sealer.ts'
import { fakeSource } from './source.ts'

export const ref: RecordRef = {
  source: 'hubspot',
  account: '33',
  recordType: 'contact',
  recordId: '501',
}

/** Amina, who lives in Douala. Tests vary one field at a time. */
export function aCustomer(changes: Partial<Customer> = {}): Customer {
  return {
    name: { given: 'Amina', family: 'Ngo Bassa' },
    email: 'amina@example.cm',
    phone: '+237677000001',
    address: { city: 'Douala', country: 'CM' },
    ...changes,
  }
}

/** Minutes after noon, by the CRM's clock. */
export function crmTime(minutes: number): string {
  return new Date(Date.UTC(2026, 5, 1, 12, minutes)).toISOString()
}

export const breakerSettings = {
  failureShare: 0.5,
  minimumCalls: 10,
  windowSeconds: 60,
  openSeconds: 30,
  longestOpenSeconds: 300,
  probeSeconds: 60,
}

let eventCount = 0
export function aChange(changes: Partial<CustomerChange> & { snapshot?: Snapshot } = {}): CustomerChange {
  const { snapshot, ...rest } = changes
  eventCount += 1
  return {
    ...ref,
    v: 1,
    kind: 'changed',
    eventId: `event-${eventCount}`,
    receivedAt: crmTime(0),
    ...(snapshot && { sealedSnapshot: fakelySealed(snapshot) }),
    ...rest,
  }
}

/** All dependencies of the core in memory, with a manually advanced clock. */
export function aWorld(
  changes: Partial<SyncDeps> & {
    canFetch?: boolean
    sendsSnapshots?: boolean
    sendsBeforeCommit?: true
  } = {},
) {
  const links = fakeLinks()
  const notchpay = fakeNotchPay()
  const wooshpay = fakeWooshPay()
  const source = fakeSource(changes)
  const sealer = fakeSealer()
  const sent: CustomerChange[] = []
  const listed: CustomerChange[] = []
  const parked: { change: CustomerChange; failure: ParkedFailure }[] = []
  const parkedRaw: { raw: RawMessage & { readonly messageId: string }; failure: ParkedFailure }[] = []
  const lines: string[] = []
  const counts: Record<string, number> = {}
  const durations: { readonly name: string; readonly millis: number }[] = []
  let now = Date.UTC(2026, 5, 1, 13)
  const write = (message: string, fields: LogFields = {}) => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  const clock = { now: () => new Date(now) }
  const observers = {
    log: { debug: write, info: write, warn: write, error: write },
    metrics: {
      count: (name: string, value = 1) => {
        counts[name] = (counts[name] ?? 0) + value
      },
      measure: (name: string, millis: number) => void durations.push({ name, millis }),
    },
  }
  const breakers = fakeBreakers()
  const random = () => 1
  /** A breaker as in another function instance: it shares the table and has an empty cache. */
  const freshBreaker = () =>
    providerBreaker({ store: breakers, settings: breakerSettings, clock, random, ...observers })
  const deps: SyncDeps = {
    breaker: freshBreaker(),
    source: async () => source,
    provider: async (name) => (name === 'notchpay' ? notchpay : wooshpay),
    links,
    sealer,
    queue: { send: async (list) => void sent.push(...list) },
    listedQueue: { send: async (list) => void listed.push(...list) },
    deadLetters: {
      park: async (change, failure) => void parked.push({ change, failure }),
      parkRaw: async (raw, failure) => void parkedRaw.push({ raw, failure }),
    },
    knownProviders: ['notchpay', 'wooshpay'],
    providers: new Set(['notchpay', 'wooshpay']),
    routes: [{ countries: ['CM', 'CI', 'SN'], to: 'notchpay' }, { to: 'wooshpay' }],
    policies: { onDelete: 'keep', clear: [], firstSight: 'create', unreadablePhone: 'keep' },
    phoneCountry: () => undefined,
    retry: { baseSeconds: 5, maxSeconds: 3600, attempts: 3 },
    claimLeaseSeconds: 30,
    clock,
    remainingMillis: () => 60_000,
    // Waits never end by themselves here. Tests that need one replace this function.
    sleep: () => new Promise(() => {}),
    limiter,
    random,
    ...observers,
    ...changes,
  }
  let messageCount = 0
  const receives = new Map<string, { count: number; readonly firstAt: string }>()
  return {
    deps,
    links,
    notchpay,
    wooshpay,
    source,
    sent,
    /** What was sent to the queue of listed records. */
    listed,
    parked,
    parkedRaw,
    lines,
    counts,
    durations,
    sealer,
    breakers,
    freshBreaker,
    advance: (seconds: number) => {
      now += seconds * 1000
    },
    /** Processes these changes as one batch of the queue. Changes from earlier calls are redelivered. */
    sync: (...batch: CustomerChange[]): Promise<readonly Postponed[]> => {
      const records = batch.map((change) => {
        messageCount += 1
        const received = receives.get(change.eventId) ?? { count: 0, firstAt: clock.now().toISOString() }
        received.count += 1
        receives.set(change.eventId, received)
        return {
          messageId: `m${messageCount}`,
          receives: received.count,
          firstReceivedAt: received.firstAt,
          group: recordKey(change),
          body: JSON.stringify(change),
        }
      })
      return syncBatch(records, () => 60_000, deps)
    },
    link: (provider: 'notchpay' | 'wooshpay' | null, recordId = ref.recordId) =>
      [...links.items.values()].find((link) => link.provider === provider && link.ref.recordId === recordId),
  }
}
