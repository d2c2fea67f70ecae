import type { RecordGroup } from '../messages/combine-changes.ts'
import type { QueuedChange } from '../messages/queued-change.ts'
import { type RecordRef, refOf } from '../model/change.ts'
import type { Customer } from '../model/customer.ts'
import type { Outcome } from '../model/link.ts'
import type { RecordBook } from '../model/record-book.ts'
import type { MetricName } from '../ports/observers.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import type { ProviderOutcome } from './record-work.ts'

const reports: Record<Outcome, { readonly message: string; readonly metric: MetricName }> = {
  created: { message: 'customer created', metric: 'CustomersCreated' },
  adopted: { message: 'customer adopted', metric: 'CustomersAdopted' },
  updated: { message: 'customer updated', metric: 'CustomersUpdated' },
  unchanged: { message: 'customer unchanged', metric: 'CustomersUnchanged' },
  superseded: { message: 'change superseded by a newer state', metric: 'ChangesSuperseded' },
  closed: { message: 'link closed', metric: 'CustomersClosed' },
  erased: { message: 'customer erased', metric: 'CustomersErased' },
  failed: { message: 'change failed', metric: 'ChangesFailed' },
  'not-routed': { message: 'customer not routed: no route takes it', metric: 'CustomersNotRouted' },
}

const reachedProvider: ReadonlySet<Outcome> = new Set(['created', 'adopted', 'updated'])

/** One log line and one count per outcome, and the latency from the webhook to the provider's response. */
export function reportOutcomes(
  messages: RecordGroup<QueuedChange>,
  outcomes: readonly ProviderOutcome[],
  { log, metrics, clock }: SyncDeps,
): void {
  const ref = refOf(messages[0].change)
  for (const { provider, outcome } of outcomes) {
    const { message, metric } = reports[outcome]
    metrics.count(metric)
    log.info(message, { ...ref, provider })
  }
  if (!outcomes.some(({ outcome }) => reachedProvider.has(outcome))) return
  // For a redriven dead letter, the latency would include its time in that queue.
  const received = messages.flatMap(({ change }) => (change.round ? [] : Date.parse(change.receivedAt)))
  if (received.length > 0) metrics.measure('ChangeLatency', clock.now().getTime() - Math.min(...received))
}

/** Logs and counts the fields that are filled in the CRM but cannot be read: their names, never their values. */
export function reportUnreadable(
  ref: RecordRef,
  { unreadable = [] }: Customer,
  { log, metrics }: Pick<SyncDeps, 'log' | 'metrics'>,
): void {
  if (unreadable.length === 0) return
  metrics.count('FieldsUnreadable', unreadable.length)
  log.warn('fields of the customer cannot be read', { ...ref, fields: unreadable })
}

/** After a success, tries are counted from the start again. */
export async function resetFailure({ line }: RecordBook, { links }: SyncDeps): Promise<void> {
  if (line?.failure) await links.saveLink({ ...line, lastOutcome: null, failure: null })
}
