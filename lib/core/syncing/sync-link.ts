import { settleCustomer } from '../creating/create-customer.ts'
import { isUnanswered, toFailure } from '../failures/retry.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import { advance, type LinkSlot, saveAcknowledged } from '../links/guarded-save.ts'
import { LinkFailed } from '../links/link-failed.ts'
import { heldUntil, refuseHeld, settledAt } from '../links/refuse-held.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { Customer } from '../model/customer.ts'
import { Rejected, RetryLater, Undecided } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { Failure, Link, Outcome } from '../model/link.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { Payload, PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { refuseUnreadablePhone } from './refuse-unreadable-phone.ts'

/** The customer's state to bring about, and the CRM's time of it. */
export type CustomerState = {
  readonly customer: Customer
  readonly version: string
  /** Its time must stay in the link even when nothing changed: an older snapshot or deletion could follow. */
  readonly remembersTime: boolean
}

/**
 * Makes one provider agree with the customer's state, by at most one create or update. A failure is written into the
 * link before it is thrown on as LinkFailed.
 */
export async function syncLink(
  link: Link,
  state: CustomerState,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Outcome> {
  const slot: LinkSlot = { link, saved: link }
  try {
    return await bringAbout(slot, state, provider, deps)
  } catch (cause) {
    const error = await eraseIrreplaceable(slot, cause, provider, deps)
    if (isUnanswered(error)) slot.link = { ...slot.link, unsettledUntil: settledAt(deps) }
    const failure = toFailure(error, slot.link.failure, deps.clock.now(), deps.retry.attempts)
    const until = heldUntil(slot.link)
    const recorded = await recordFailure(slot, failure, error, deps).catch((problem: unknown) => problem)
    // That it could not be written down must not hide for how long the provider must not be called.
    if (recorded instanceof Error) {
      const unrecorded = toFailure(recorded, null, deps.clock.now(), deps.retry.attempts)
      throw new LinkFailed({ ...unrecorded, provider: provider.name }, until, recorded)
    }
    throw new LinkFailed({ ...failure, provider: provider.name }, until, error)
  }
}

/**
 * An erased record's data that this record's will never replace, because the provider takes none of it, is erased. Returns
 * the failure that is to be reported: the same one, unless that was not possible now.
 */
async function eraseIrreplaceable(
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

async function bringAbout(
  slot: LinkSlot,
  state: CustomerState,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Outcome> {
  if (compareTimes(state.version, slot.link.crmVersion) < 0) return 'superseded'
  refuseUnreadablePhone(state.customer, deps.policies)
  const payload = provider.toPayload(state.customer, slot.link.ref, new Set(deps.policies.clear))
  if (slot.link.providerCustomerId && isUnchanged(slot.link, payload)) return leaveAlone(slot, state, deps)
  // Before the breaker is asked: a change that it admits to try a paused provider must really call it.
  refuseHeld(slot.link, deps)
  await deps.breaker.admit(provider)
  if (!slot.link.providerCustomerId) return create(slot, state, payload, provider, deps)
  return update(slot, state, payload, provider, deps)
}

function isUnchanged(link: Link, payload: Payload): boolean {
  return link.state === 'linked' && link.fingerprint === fingerprint(payload)
}

async function leaveAlone(slot: LinkSlot, state: CustomerState, { links }: SyncDeps): Promise<Outcome> {
  const { link } = slot
  const { unreadable = [] } = state.customer
  const advances = state.remembersTime && compareTimes(state.version, link.crmVersion) > 0
  if (advances || link.failure || unreadable.join() !== link.unreadable.join()) {
    await advance(
      slot,
      {
        ...link,
        crmVersion: state.version,
        unreadable,
        failure: null,
        lastOutcome: 'unchanged',
      },
      links,
    )
  }
  return 'unchanged'
}

async function update(
  slot: LinkSlot,
  state: CustomerState,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Outcome> {
  const id = slot.link.providerCustomerId
  if (!id) return create(slot, state, payload, provider, deps)
  if (slot.link.state === 'closed' && provider.abilities.block && deps.policies.onDelete === 'block') {
    await provider.unblockCustomer(id)
  }
  const answer = await updateOrForget(slot, id, payload, provider)
  if (answer === 'not-found') return recreate(slot, state, payload, provider, deps)
  await saveAcknowledged(slot, acknowledged(slot.link, state, payload, 'updated', deps), deps.links)
  return 'updated'
}

/** An update whose answer is lost may have been carried out: from then on nobody knows what the provider holds. */
async function updateOrForget(
  slot: LinkSlot,
  id: ProviderCustomerId,
  payload: Payload,
  provider: PaymentProvider,
): Promise<'updated' | 'not-found'> {
  try {
    return await provider.updateCustomer(id, payload)
  } catch (error) {
    if (error instanceof RetryLater && error.ambiguous) slot.link = { ...slot.link, fingerprint: null }
    throw error
  }
}

async function create(
  slot: LinkSlot,
  state: CustomerState,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Outcome> {
  const { id, how, complete } = await settleCustomer(slot, state.customer, payload, provider, deps)
  if (!complete) {
    const claimed = slot.link
    // From here on the id must not be lost, whatever becomes of the update.
    slot.link = {
      ...slot.link,
      state: 'linked',
      providerCustomerId: id,
      claim: null,
      fingerprint: null,
    }
    // Once the update has replaced what it was made with, the claim's terms do not find it any more.
    if (how === 'adopted') await advance(slot, slot.link, deps.links)
    if ((await provider.updateCustomer(id, payload)) === 'not-found') {
      if (how === 'adopted') {
        slot.link = { ...claimed, revision: slot.link.revision }
        throw new RetryLater('MATCH_VANISHED', 'the customer that was found is gone by now: looking again')
      }
      throw new Undecided('CUSTOMER_VANISHED', 'the provider does not know the customer it has just named', [
        id,
      ])
    }
  }
  const linked = { ...slot.link, providerCustomerId: id }
  await saveAcknowledged(slot, acknowledged(linked, state, payload, how, deps), deps.links)
  return how
}

/** Somebody removed the customer at the provider. A second call confirms it before another one is created. */
async function recreate(
  slot: LinkSlot,
  state: CustomerState,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Outcome> {
  const id = slot.link.providerCustomerId
  if (id && (await provider.retrieveCustomer(id)) !== null) {
    throw new Undecided('CUSTOMER_UNCLEAR', 'the provider shows this customer but refuses to update it', [id])
  }
  slot.link = {
    ...slot.link,
    providerCustomerId: null,
    fingerprint: null,
    claim: null,
  }
  return create(slot, state, payload, provider, deps)
}

function acknowledged(
  link: Link,
  { version, customer: { unreadable = [] } }: CustomerState,
  payload: Payload,
  lastOutcome: Outcome,
  { clock }: SyncDeps,
): Link {
  return {
    ...link,
    state: 'linked',
    fingerprint: fingerprint(payload),
    crmVersion: version,
    claim: null,
    unsettledUntil: null,
    candidates: [],
    unreadable,
    syncedAt: clock.now().toISOString(),
    lastOutcome,
    failure: null,
  }
}

/**
 * A link that was never saved has nothing to show yet: the dead letter tells why. A try that does not count tells nothing
 * that the one before did not, so waiting out an outage costs no writes.
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
    log.debug('failure not saved: the link has changed meanwhile', {
      code: failure.code,
      provider: link.provider,
    })
  }
}
