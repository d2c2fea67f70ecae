import { isSearchedFor } from '../creating/lost-create-method.ts'
import { isNews, statusOf, toFailure } from '../failures/retry.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import type { LinkSlot } from '../links/guarded-save.ts'
import { heldUntil, idleUntil, refuseHeld } from '../links/in-flight.ts'
import { LinkFailed } from '../links/link-failed.ts'
import { eraseAndLog, linkFields } from '../links/log-link.ts'
import { noted } from '../links/note.ts'
import { callOnce } from '../links/send-update.ts'
import { Rejected, Undecided } from '../model/errors.ts'
import type { Failure } from '../model/link.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** Counts the failure in the link, saves it there, and returns the error to throw. */
export async function toLinkFailed(
  slot: LinkSlot,
  cause: unknown,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<LinkFailed> {
  const error = await eraseIfRejected(slot, cause, provider, deps)
  const failure = toFailure(error, slot.link.failure, deps.clock.now(), deps.retry.attempts)
  const { link } = slot
  const saved = await recordFailure(slot, failure, error, deps).catch((problem: unknown) => problem)
  if (saved instanceof Error) {
    const unsaved = toFailure(saved, null, deps.clock.now(), deps.retry.attempts)
    return new LinkFailed({ ...unsaved, provider: provider.name }, link, heldUntil(link), saved)
  }
  const isSearched = isSearchedFor(link, provider, deps)
  // Where the link could not be saved, it does not tell the next try what may be in flight.
  const until = saved !== true ? heldUntil(link) : isSearched ? null : idleUntil(link)
  return new LinkFailed({ ...failure, provider: provider.name }, link, until, error)
}

/**
 * When the provider rejects this record's data, it can never replace that of an erased record which was merged into it, so
 * the customer is erased. Returns the failure to report: the same one, unless the erasure failed.
 */
async function eraseIfRejected(
  slot: LinkSlot,
  failure: unknown,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<unknown> {
  if (!(failure instanceof Rejected)) return failure
  const { link } = slot
  const id = link.providerCustomerId
  try {
    if (!id || !(await holdsErasedData(link, deps))) return failure
    refuseHeld(link, deps)
    await deps.breaker.admit(provider, link.ref)
    await callOnce(slot, deps, () => eraseAndLog(provider, id, link, deps))
    return failure
  } catch (error) {
    return error
  }
}

/**
 * Saves the failure, so that operators see what a waiting change waits for. Saves nothing for a rejected customer without a
 * link, whose dead letter holds the reason, nor for a momentary failure, nor for one more try that does not count: an outage
 * costs one write per record. Returns false when there was something to save, and another worker has changed the link.
 */
async function recordFailure(
  slot: LinkSlot,
  failure: Failure,
  error: unknown,
  deps: SyncDeps,
): Promise<boolean> {
  const { link } = slot
  const isUnsaved = link !== slot.saved
  if (!isUnsaved && !isNews(failure, link.failure, error)) return true
  if (link.revision === 0 && error instanceof Rejected) return true
  const undecided = error instanceof Undecided && !link.providerCustomerId
  const state = undecided ? 'undecided' : link.state
  // The last outcome of a closed link says whether the deletion policy has been applied.
  const lastOutcome = link.state === 'closed' ? link.lastOutcome : 'failed'
  const note = { event: 'failed', code: failure.code, status: statusOf(error) } as const
  const saved = await deps.links.saveLink(noted({ ...link, state, lastOutcome, failure }, note, deps))
  if (!saved) {
    deps.log.debug('failure not saved: the link was changed meanwhile', {
      ...linkFields(link),
      code: failure.code,
    })
  }
  return saved !== null
}
