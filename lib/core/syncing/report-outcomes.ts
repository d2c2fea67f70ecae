import { linkFields } from '../links/log-link.ts'
import type { RecordGroup } from '../messages/combine-changes.ts'
import type { QueuedChange } from '../messages/queued-change.ts'
import type { Customer } from '../model/customer.ts'
import type { Link, LinkOutcome } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { RecordBook } from '../model/record-book.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { LogFields, MetricName } from '../ports/observers.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

const reports: Record<Outcome, { readonly message: string; readonly metric: MetricName }> = {
  created: { message: logMessages.customerCreated, metric: 'CustomersCreated' },
  adopted: { message: logMessages.customerAdopted, metric: 'CustomersAdopted' },
  updated: { message: logMessages.customerUpdated, metric: 'CustomersUpdated' },
  unchanged: { message: logMessages.customerUnchanged, metric: 'CustomersUnchanged' },
  superseded: { message: logMessages.changeSuperseded, metric: 'ChangesSuperseded' },
  closed: { message: logMessages.linkClosed, metric: 'CustomersClosed' },
  erased: { message: logMessages.customerErased, metric: 'CustomersErased' },
  failed: { message: logMessages.changeFailed, metric: 'ChangesFailed' },
  'not-routed': { message: logMessages.customerNotRouted, metric: 'CustomersNotRouted' },
}

const reachedProvider: ReadonlySet<Outcome> = new Set(['created', 'adopted', 'updated'])

/** Counts each outcome, logs it once per link, and measures the latency from the webhook to the provider's response. */
export function reportOutcomes(
  messages: RecordGroup<QueuedChange>,
  outcomes: readonly LinkOutcome[],
  { log, metrics, clock, trigger }: SyncDeps,
): void {
  // For a redriven dead letter, the latency would include its time in that queue; for a listed record, it would not begin with
  // the change.
  const timed = messages.filter(({ change }) => !change.round && !change.listed)
  const received = timed.map(({ change }) => Date.parse(change.receivedAt))
  const latencyMs = received.length > 0 ? clock.now().getTime() - Math.min(...received) : null
  for (const { outcome, links } of outcomes) {
    const { message, metric } = reports[outcome]
    metrics.count(metric)
    const about = { outcome, tries: trigger?.tries, latencyMs }
    for (const link of links) log.info(message, { ...linkFields(link), ...about, ...changed(outcome, link) })
    if (links.length === 0) log.info(message, about)
  }
  if (!outcomes.some(({ outcome }) => reachedProvider.has(outcome))) return
  if (latencyMs !== null) metrics.measure('ChangeLatency', latencyMs)
}

/** The names of the fields that an update changed. */
function changed(outcome: Outcome, { history }: Link): LogFields {
  return outcome === 'updated' ? { fields: history.at(-1)?.fields ?? [] } : {}
}

/** Logs and counts the fields that are filled in the CRM but cannot be read: their names, never their values. */
export function reportUnreadable(
  { unreadable = [] }: Customer,
  { log, metrics }: Pick<SyncDeps, 'log' | 'metrics'>,
): void {
  if (unreadable.length === 0) return
  metrics.count('FieldsUnreadable', unreadable.length)
  log.warn(logMessages.fieldsUnreadable, { fields: unreadable })
}

/** After a success, tries are counted from the start again. */
export async function resetFailure({ line }: RecordBook, { links }: SyncDeps): Promise<void> {
  if (!line?.failure) return
  const lastOutcome = line.state === 'creating' ? null : line.lastOutcome
  await links.saveLink({ ...line, lastOutcome, failure: null })
}
