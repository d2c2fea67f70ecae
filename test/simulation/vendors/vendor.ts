import type { SourceName } from '../../../lib/core/model/change.ts'
import type { Person as OfflinePerson, OfflineSource } from '../../../lib/sources/offline-definition.ts'
import type { CrmEvent } from '../crm.ts'
import type { Person } from '../people.ts'

/** What a webhook of a vendor is made of. */
export type Told = {
  readonly kind: CrmEvent['kind']
  /** The number of the record, and of those that were merged into it. */
  readonly number: number
  readonly losers: readonly number[]
  readonly person: Person
  /** The record's own time of the change, and the CRM's time of the event. */
  readonly version: Date
  readonly occurredAt: Date
  /** The same when the webhook is sent again. */
  readonly eventId: string
  /** Whether the whole record comes along, where the vendor does both. */
  readonly whole: boolean
}

/** An event that goes to the webhook endpoint, or to the function that EventBridge invokes. */
export type Sent =
  | { readonly to: 'webhook'; readonly body: unknown; readonly query?: string }
  | { readonly to: 'event bus'; readonly event: unknown }

/** How the CRM of a vendor behaves in a run, in its own format; its API is its sandbox. */
export type Vendor = {
  readonly source: SourceName
  readonly offline: OfflineSource
  readonly account: string
  readonly idOf: (number: number) => string
  /** What people can do there besides creating, changing and deleting records. */
  readonly has: readonly ('restore' | 'erase' | 'merge')[]
  /** Whether reading a merged record tells which one is left; otherwise only the webhook of the merge does. */
  readonly showsMerges: boolean
  /** Whether records are read back, or come along with the webhook. */
  readonly isRead: boolean
  /** Times are shown without fractions of a second. */
  readonly isCoarse: boolean
  /** Whether its webhook says what the record is after such an event, or when that was. A merge may tell of the other record only. */
  readonly isTimed: (kind: CrmEvent['kind']) => boolean
  /** How long a webhook may be ahead of the change itself, in milliseconds. */
  readonly sentAhead: number
  readonly send: (told: Told) => Sent
  /** A second webhook about the same change, of a part of the record that the CRM keeps by itself. */
  readonly sendPart?: (told: Told) => Sent
  /** Whether reads may be behind. Of a record that is read in several calls, its parts could be behind differently. */
  readonly lags: boolean
  /** The records of its sandbox that show a record which is there, deleted, or merged into another. */
  readonly alive: (number: number, person: Person, version: Date) => readonly unknown[]
  readonly deleted: (number: number, version: Date) => readonly unknown[]
  readonly merged: (number: number, into: number, version: Date) => readonly unknown[]
}

/** With a value for every field that any CRM has; what the simulated person lacks is empty. */
export function offlinePerson(id: number, person: Person): OfflinePerson {
  const { given, family, email, phone, city, country } = person
  const empty = { company: '', note: '', line1: '', state: '', postalCode: '' }
  return { ...empty, id, given, family, email: email ?? '', phone: phone ?? '', city, country }
}

export const inSeconds = (time: Date) => Math.floor(time.getTime() / 1000)
export const wholeSecond = (time: Date) => new Date(inSeconds(time) * 1000)
