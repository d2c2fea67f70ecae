import { isNews, isUnanswered, statusOf, toFailure } from '../failures/retry.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import type { LinkSlot } from '../links/guarded-save.ts'
import { LinkFailed } from '../links/link-failed.ts'
import { eraseAndLog, linkFields } from '../links/log-link.ts'
import { noted } from '../links/note.ts'
import { heldUntil, refuseHeld, settledAt } from '../links/refuse-held.ts'
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
  if (isUnanswered(error)) slot.link = { ...slot.link, unsettledUntil: settledAt(deps) }
  const failure = toFailure(error, slot.link.failure, deps.clock.now(), deps.retry.attempts)
  const until = heldUntil(slot.link)
  const { link } = slot
  const saveError = await recordFailure(slot, failure, error, deps).catch((problem: unknown) => problem)
  // Also when the failure could not be saved, the provider must not be called before `until`.
  if (saveError instanceof Error) {
    const unsaved = toFailure(saveError, null, deps.clock.now(), deps.retry.attempts)
    return new LinkFailed({ ...unsaved, provider: provider.name }, link, until, saveError)
  }
  return new LinkFailed({ ...failure, provider: provider.name }, link, until, error)
}

/**
 * When the provider rejects this record's data, it can never replace that of an erased record which was merged into it, so
 * the customer is erased. Returns the failure to report: the same one, unless the erasure failed.
 */
async function eraseIfRejected(
  { link }: LinkSlot,
  failure: unknown,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<unknown> {
  if (!(failure instanceof Rejected)) return failure
  try {
    if (!link.providerCustomerId || !(await holdsErasedData(link, deps))) return failure
    refuseHeld(link, deps)
    await deps.breaker.admit(provider, link.ref)
    await eraseAndLog(provider, link.providerCustomerId, link, deps)
    return failure
  } catch (error) {
    return error
  }
}

/**
 * Saves the failure, so that operators see what a waiting change waits for. Saves nothing for a rejected customer without a
 * link, whose dead letter holds the reason, nor for a momentary failure, nor for one more try that does not count: an outage
 * costs one write per record.
 */
async function recordFailure(
  slot: LinkSlot,
  failure: Failure,
  error: unknown,
  deps: SyncDeps,
): Promise<void> {
  const { link } = slot
  const isUnsaved = link !== slot.saved
  if (!isUnsaved && !isNews(failure, link.failure, error)) return
  if (link.revision === 0 && error instanceof Rejected) return
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
}
