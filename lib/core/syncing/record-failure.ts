import { isUnanswered, toFailure } from '../failures/retry.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import type { LinkSlot } from '../links/guarded-save.ts'
import { LinkFailed } from '../links/link-failed.ts'
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
  const saveError = await recordFailure(slot, failure, error, deps).catch((problem: unknown) => problem)
  // Also when the failure could not be saved, the provider must not be called before `until`.
  if (saveError instanceof Error) {
    const unsaved = toFailure(saveError, null, deps.clock.now(), deps.retry.attempts)
    return new LinkFailed({ ...unsaved, provider: provider.name }, until, saveError)
  }
  return new LinkFailed({ ...failure, provider: provider.name }, until, error)
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
    await deps.breaker.admit(provider)
    await provider.eraseCustomer(link.providerCustomerId, link.ref)
    return failure
  } catch (error) {
    return error
  }
}

/**
 * Saves nothing for a link that was never saved, whose dead letter holds the reason, and for an attempt that does not count
 * and has changed nothing, so that an outage costs no writes.
 */
async function recordFailure(
  slot: LinkSlot,
  failure: Failure,
  error: unknown,
  { links, log }: SyncDeps,
): Promise<void> {
  const { link } = slot
  const nothingNew = link === slot.saved && link.failure?.attempts === failure.attempts
  if (link.revision === 0 || nothingNew) return
  const undecided = error instanceof Undecided && !link.providerCustomerId
  const state = undecided ? 'undecided' : link.state
  const saved = await links.saveLink({ ...link, state, lastOutcome: 'failed', failure })
  if (!saved) {
    log.debug('failure not saved: the link was changed meanwhile', {
      code: failure.code,
      provider: link.provider,
    })
  }
}
