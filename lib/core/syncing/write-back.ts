import { linkFields } from '../links/log-link.ts'
import { requeueRecord } from '../links/requeue-record.ts'
import type { RecordRef } from '../model/change.ts'
import type { CustomerIds } from '../model/customer.ts'
import { RetryLater, SyncError } from '../model/errors.ts'
import type { Link } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { ProviderCustomerId, ProviderName } from '../model/provider.ts'
import { logMessages } from '../ports/log-messages.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import type { RecordResult } from './record-work.ts'

/** A call to the CRM takes ten seconds at most. */
const millisForOneCall = 13_000

/**
 * Writes the ids of the record's provider customers into its properties, by at most one call, and none where the properties
 * hold them already. The links are saved by then, so that a failure repeats no create. Throws RetryLater
 * (`WRITE_BACK_FAILED`) when it may work later. What the CRM refuses is logged and counted, and does not hold up the record:
 * its next change, or a resync, tries again.
 */
export async function writeBack(ref: RecordRef, result: RecordResult, deps: SyncDeps): Promise<void> {
  const { outcomes, customerIds } = result
  if (customerIds === null) return
  const { writeBack: writer } = await deps.source(ref.source)
  const providers = writer?.providersFor(ref.recordType) ?? []
  const links = outcomes.flatMap(({ outcome, links }) =>
    links.filter((link) => needsWriting(link, outcome, customerIds, providers)),
  )
  if (!writer || links.length === 0) return
  if (deps.remainingMillis() < millisForOneCall) {
    throw new RetryLater(
      'OUT_OF_TIME',
      'the customer is synced, and the function has too little time left to write its id into the CRM record',
      { afterSeconds: 1, counts: false },
    )
  }
  try {
    const answer = await writer.write(ref, idsOf(links))
    if (typeof answer === 'object') return requeueOther(ref, answer.mergedInto, deps)
    // Its deletion is another event.
    if (answer === 'gone') return deps.log.info('customer id not written: the record does not exist any more')
    for (const link of links) deps.log.info(logMessages.idWritten, linkFields(link))
    deps.metrics.count('CustomerIdsWritten', links.length)
  } catch (error) {
    if (error instanceof RetryLater) throw failed(error)
    // Any other failure, such as a token that was withdrawn meanwhile, is not about writing: the next read fails as well.
    if (!(error instanceof SyncError && error.code === 'WRITE_BACK_REFUSED')) throw error
    report(links, error, deps)
  }
}

/**
 * Where it is not known what the property holds, it is written for a customer that is new. An outdated state tells nothing:
 * what has replaced it was written back.
 */
function needsWriting(
  { state, provider, providerCustomerId }: Link,
  outcome: Outcome,
  held: CustomerIds,
  providers: readonly ProviderName[],
): boolean {
  if (state !== 'linked' || provider === null || providerCustomerId === null) return false
  if (outcome === 'superseded' || !providers.includes(provider)) return false
  const isKnown = Object.hasOwn(held, provider)
  return isKnown ? held[provider] !== providerCustomerId : outcome === 'created' || outcome === 'adopted'
}

function idsOf(links: readonly Link[]): Readonly<Record<ProviderName, ProviderCustomerId>> {
  const entries = links.flatMap(({ provider, providerCustomerId: id }) =>
    provider && id ? [[provider, id]] : [],
  )
  return Object.fromEntries(entries)
}

/** The record that is left holds the ids of another record's customers now: it is read again, and gets its own. */
async function requeueOther(ref: RecordRef, mergedInto: string, deps: SyncDeps): Promise<void> {
  const eventId = `written:${ref.recordId}:${deps.clock.now().getTime()}`
  await requeueRecord({ ...ref, recordId: mergedInto }, [eventId], deps)
}

function failed({ message, status, afterSeconds, growing, counts }: RetryLater): RetryLater {
  return new RetryLater(
    'WRITE_BACK_FAILED',
    `the customer is synced, but its id could not be written into the CRM record: ${message}`,
    { status, afterSeconds, growing, counts },
  )
}

function report(links: readonly Link[], error: SyncError, { log, metrics }: SyncDeps): void {
  const { message: reason, status } = error
  for (const link of links) {
    log.error(logMessages.idNotWritten, { ...linkFields(link), code: 'WRITE_BACK_REFUSED', reason, status })
  }
  metrics.count('CustomerIdsRefused', links.length)
}
