import type { Policies } from '../../lib/core/config/sync-config.ts'
import type { SyncConfigInput } from '../../lib/sync-config.ts'
import { type Rotation, rotations } from './keys.ts'
import type { Random } from './random.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** The CRMs of a run: HubSpot's thin events, a sender of whole customers with a read API, and one without. */
const crmKinds = ['hubspot', 'sender-with-api', 'sender'] as const
export type CrmKind = (typeof crmKinds)[number] | `vendor ${string}`

/** How this run is set up, apart from what goes wrong. */
export type Settings = {
  readonly crms: readonly CrmKind[]
  /** HubSpot's portals: their record ids are the same. A foreign one sends webhooks that no token of ours can follow. */
  readonly portals: 'one' | 'two' | 'a foreign one'
  readonly records: number
  readonly actions: number
  /** What people do more often than anything else. */
  readonly favours: 'nothing' | 'deletions' | 'merges' | 'erasures'
  /** How long people work in the CRM, in milliseconds. */
  readonly activeFor: number
  readonly policies: Policies
  /** The share of e-mail addresses that records have in common. */
  readonly sharedEmails: number
  readonly concurrency: number
  readonly visibilitySeconds: number
  readonly maxReceiveCount: number
  /** How far search results are behind, at most, in milliseconds. */
  readonly searchLag: number
  readonly searchTellsMetadata: boolean
  /** How far the CRM's answers to reads are behind, at most, in milliseconds: they come from replicas. */
  readonly readLag: number
  /** One customer, or one provider, is sick throughout; nothing else goes wrong. */
  readonly sick: 'nothing' | 'a customer' | 'a provider' | 'a CRM'
  /** Undecided changes are settled by a person at the end, or left. */
  readonly operatorSettles: boolean
  /** What is renewed while everything goes on. */
  readonly rotates: Rotation
  /** At which of its awaits a function that crashes does so; null for any. */
  readonly crashesAt: number | null
}

/** Customers in Cameroon belong to Notch Pay, all others to WooshPay. */
export const routes = [
  { countries: ['CM'], to: 'notchpay' },
  { to: 'wooshpay' },
] satisfies SyncConfigInput['routes']

export function seededSettings(random: Random): Settings {
  const sick = random.chance(0.1)
    ? random.pick<Settings['sick']>(['a customer', 'a provider', 'a CRM'])
    : 'nothing'
  const kinds = [...crmKinds].filter(() => random.chance(0.4))
  // Both senders come through the same door.
  const crms =
    kinds.length > 0 && kinds.length < 3 && kinds[0] !== 'sender-with-api' ? kinds : [random.pick(crmKinds)]
  return {
    crms: sick === 'a CRM' ? ['hubspot', 'sender'] : crms,
    portals: sick === 'nothing' ? random.pick(['one', 'one', 'two', 'a foreign one']) : 'one',
    records: random.pick([1, 2, 2, 3, 5]),
    actions: random.between(2, random.pick([8, 8, 15])),
    favours: random.pick(['nothing', 'nothing', 'deletions', 'merges', 'erasures']),
    activeFor: random.pick([2 * minute, hour, 6 * hour, 3 * day]),
    policies: {
      onDelete: random.pick(['keep', 'keep', 'block', 'delete']),
      clear: [],
      firstSight: random.pick(['create', 'create', 'adopt-or-create']),
      unreadablePhone: 'keep',
    },
    sharedEmails: random.pick([0.1, 0.1, 0.1, 0.6]),
    concurrency: random.between(1, 4),
    // As deployed; now and then so short that messages come back while they are still being worked on.
    visibilitySeconds: sick === 'nothing' && random.chance(0.06) ? random.between(2, 20) : 360,
    maxReceiveCount: sick === 'nothing' && random.chance(0.06) ? 6 : 100,
    searchLag: random.pick([0, 0, 2_000, 20_000]),
    searchTellsMetadata: random.chance(0.5),
    readLag: random.pick([0, 0, 1_000, 10_000]),
    sick,
    operatorSettles: random.chance(0.7),
    rotates: sick === 'nothing' && random.chance(0.4) ? random.pick(rotations) : 'nothing',
    crashesAt: null,
  }
}
