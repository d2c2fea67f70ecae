import { type CustomerChange, refOf } from '../model/change.ts'
import type { CrmSource, ReadChanges } from '../ports/crm-source.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { Log, Metrics } from '../ports/observers.ts'

type Observers = { readonly log: Log; readonly metrics: Metrics }

/** Counts and logs a webhook or an event whose changes are on the queue. */
export function reportAccepted(
  { name }: CrmSource,
  messages: readonly CustomerChange[],
  { ignored, unknownFields, missed }: Omit<ReadChanges, 'changes'>,
  { log, metrics }: Observers,
): void {
  metrics.count('WebhooksAccepted')
  metrics.count('ChangesReceived', messages.length)
  if (ignored > 0) metrics.count('EventsIgnored', ignored)
  if (unknownFields.length > 0) {
    metrics.count('FieldsUnknown', unknownFields.length)
    log.debug('fields not known', { source: name, fields: unknownFields })
  }
  log.info(logMessages.webhookAccepted, { source: name, records: messages.length, ignoredEvents: ignored })
  for (const message of messages) {
    log.info(logMessages.changeQueued, { ...refOf(message), eventIds: [message.eventId], kind: message.kind })
  }
  if (missed) {
    const reason = `the CRM left changes out of an event: the next run of reconcile lists them. To have them now, run \`npm run resync -- --source ${name} --since ${missed.since ?? '<the day before>'}\``
    log.warn(logMessages.changesMissed, { source: name, code: 'CHANGES_MISSED', reason })
  }
}
