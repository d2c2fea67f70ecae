import type { SourceName } from '../model/change.ts'
import { Misconfigured, SyncError } from '../model/errors.ts'
import type { CrmSource } from '../ports/crm-source.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { ReceiveDeps } from './receive-changes.ts'
import { reasonOf } from './refuse-webhook.ts'
import { reportAccepted } from './report-accepted.ts'
import { toMessages } from './to-messages.ts'

export type ReceiveEventDeps = Omit<ReceiveDeps, 'isSource'>

/**
 * Queues the changes of an event that arrived by EventBridge. Resolves once every change is safely on the queue. Throws when
 * the event must be delivered again: an error with a code, and without anything of the event.
 */
export async function receiveEvent(
  name: SourceName,
  event: unknown,
  receivedAt: Date,
  deps: ReceiveEventDeps,
): Promise<void> {
  try {
    const source = await findSource(name, deps)
    const read = source.readEvent(event)
    const messages = await toMessages(read.changes, source, receivedAt, deps)
    if (messages.length > 0) await deps.queue.send(messages)
    reportAccepted(source, messages, read, deps)
  } catch (error) {
    const { code, reason } = reasonOf(error)
    deps.log.error(logMessages.eventNotAccepted, { source: name, code, reason })
    throw error instanceof SyncError ? error : new Error(`${code}: ${reason}`)
  }
}

type EventSource = CrmSource & Required<Pick<CrmSource, 'readEvent'>>

async function findSource(name: SourceName, { source }: ReceiveEventDeps): Promise<EventSource> {
  const found = await source(name)
  if (found?.readEvent) return { ...found, readEvent: found.readEvent }
  throw new Misconfigured('SOURCE_OFF', `the source ${name} is disabled in sync.config.ts, but sends events`)
}
