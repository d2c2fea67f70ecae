import { createCustomer } from '../creating/create-customer.ts'
import { isSearchedFor } from '../creating/lost-create-method.ts'
import { acknowledged, saveAcknowledged } from '../links/acknowledge.ts'
import { advance, type LinkSlot } from '../links/guarded-save.ts'
import { refuseHeld } from '../links/in-flight.ts'
import { noted } from '../links/note.ts'
import { callOnce, sendUpdate } from '../links/send-update.ts'
import { compareTimes } from '../model/crm-time.ts'
import type { CustomerState } from '../model/customer.ts'
import { Undecided } from '../model/errors.ts'
import { fingerprint } from '../model/fingerprint.ts'
import type { Link, LinkOutcome } from '../model/link.ts'
import type { Outcome } from '../model/link-history.ts'
import type { Payload, PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { toLinkFailed } from './record-failure.ts'
import { refuseUnreadablePhone } from './refuse-unreadable-phone.ts'

/**
 * Brings one provider to the customer's state, by at most one create or update. A failure is saved in the link and thrown as
 * LinkFailed.
 */
export async function syncLink(
  link: Link,
  state: CustomerState,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<LinkOutcome> {
  const slot: LinkSlot = { link, saved: link }
  try {
    const outcome = await applyState(slot, state, provider, deps)
    return { outcome, links: [slot.link] }
  } catch (error) {
    throw await toLinkFailed(slot, error, provider, deps)
  }
}

async function applyState(
  slot: LinkSlot,
  state: CustomerState,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Outcome> {
  if (isOlder(state, slot.link)) return 'superseded'
  refuseUnreadablePhone(state.customer, deps.policies)
  const payload = provider.toPayload(state.customer, slot.link.ref, new Set(deps.policies.clear))
  if (slot.link.providerCustomerId && isUnchanged(slot.link, payload)) return saveUnchanged(slot, state, deps)
  // Checked before the breaker: a change that it admits as a probe must really call the provider.
  if (!isSearchedFor(slot.link, provider, deps)) refuseHeld(slot.link, deps, fingerprint(payload))
  await deps.breaker.admit(provider, slot.link.ref)
  if (!slot.link.providerCustomerId) return createCustomer(slot, state, payload, provider, deps)
  return update(slot, state, payload, provider, deps)
}

/** A state without a time came off the queue after what the link has reached, so it is newer. */
function isOlder({ version }: CustomerState, { crmVersion }: Link): boolean {
  return version !== null && compareTimes(version, crmVersion) < 0
}

function isUnchanged(link: Link, payload: Payload): boolean {
  return link.state === 'linked' && link.fingerprint === fingerprint(payload)
}

/** Saves only what is new, so that most unchanged records cost no write. */
async function saveUnchanged(slot: LinkSlot, state: CustomerState, deps: SyncDeps): Promise<Outcome> {
  const { link } = slot
  const { unreadable = [] } = state.customer
  const isNewer = state.remembersTime && compareTimes(state.version, link.crmVersion) > 0
  if (isNewer || link.failure || unreadable.join() !== link.unreadable.join()) {
    const next = { ...link, crmVersion: state.version ?? link.crmVersion, unreadable, failure: null }
    await advance(
      slot,
      noted({ ...next, lastOutcome: 'unchanged' }, { event: 'unchanged' }, deps),
      deps.links,
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
  if (!id) return createCustomer(slot, state, payload, provider, deps)
  if (slot.link.state === 'closed' && provider.abilities.block && deps.policies.onDelete === 'block') {
    await callOnce(slot, deps, () => provider.unblockCustomer(id))
  }
  const answer = await sendUpdate(slot, id, payload, provider, deps)
  if (answer === 'not-found') return recreate(slot, state, payload, provider, deps)
  await saveAcknowledged(slot, acknowledged(slot.link, state, payload, 'updated', deps), deps.links)
  return 'updated'
}

/** The customer was removed at the provider. A second call confirms that before another one is created. */
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
  const unlinked = { providerCustomerId: null, fingerprint: null, claim: null } as const
  slot.link = { ...slot.link, ...unlinked, unsettledUntil: null, unsettledPayload: null }
  return createCustomer(slot, state, payload, provider, deps)
}
