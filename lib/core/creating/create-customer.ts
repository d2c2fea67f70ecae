import { acknowledged, saveAcknowledged } from '../links/acknowledge.ts'
import { advance, type LinkSlot } from '../links/guarded-save.ts'
import { hasAnswered, settledAt } from '../links/in-flight.ts'
import { reserveFor } from '../links/reservations.ts'
import { sendUpdate } from '../links/send-update.ts'
import type { Customer, CustomerState } from '../model/customer.ts'
import { RetryLater, SyncError, Undecided } from '../model/errors.ts'
import type { Link, LinkClaim } from '../model/link.ts'
import type { ProviderCustomerId } from '../model/provider.ts'
import type { Payload, PaymentProvider } from '../ports/payment-provider.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { takeClaim } from './claim-create.ts'
import { methodFor } from './lost-create-method.ts'
import { recheck } from './recheck-create.ts'

type Settled = {
  readonly id: ProviderCustomerId
  readonly how: 'created' | 'adopted'
  /** The provider holds the payload already; otherwise it must follow as an update. */
  readonly complete: boolean
}

/**
 * Creates the provider customer of this link, or adopts the one that exists, and saves the link. Throws Undecided when an
 * operator must decide, RetryLater while another worker's claim is active or a search may lag.
 */
export async function createCustomer(
  slot: LinkSlot,
  state: CustomerState,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Settled['how']> {
  const settled = await findOrCreate(slot, state.customer, payload, provider, deps)
  if (!settled.complete) await sendPayload(slot, settled, payload, provider, deps)
  const linked = { ...slot.link, providerCustomerId: settled.id }
  await saveAcknowledged(slot, acknowledged(linked, state, payload, settled.how, deps), deps.links)
  return settled.how
}

/**
 * A worker that finds an unfinished claim rechecks before it creates. The claim, with its lease, is saved after the search and
 * before the create is sent: a search that fails leaves nothing that another try must wait for.
 */
async function findOrCreate(
  slot: LinkSlot,
  customer: Customer,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<Settled> {
  const unfinished = slot.link.claim
  const found = await recheck(slot, unfinished, customer, provider, deps)
  if (found) {
    await reserve(found, slot.link, provider, deps)
    return { id: found, how: 'adopted', complete: false }
  }
  const { idempotencyKey } = await takeClaim(slot, unfinished, customer, provider, deps)
  try {
    const { id, complete } = await provider.createCustomer({ ref: slot.link.ref, idempotencyKey }, payload)
    // Under a repeated key the provider may return the customer that an earlier try created from older data.
    return { id, how: 'created', complete: complete && !unfinished }
  } catch (error) {
    // That this call created nothing does not prove it for an earlier call with the same key.
    const isRepeat = unfinished !== null && isRepeatable(unfinished, provider, deps)
    if (provesNothingCreated(error) && !isRepeat) slot.link = { ...slot.link, claim: null }
    else holdClaim(slot, error, provider, deps)
    throw error
  }
}

/**
 * Another create may follow at once when the API has answered this one, or when it has the same key: whichever comes first
 * creates the customer. Otherwise it must wait until this one is settled.
 */
function holdClaim(slot: LinkSlot, error: unknown, provider: PaymentProvider, deps: SyncDeps): void {
  const { claim } = slot.link
  if (!claim) return
  const isFree = hasAnswered(error) || isRepeatable(claim, provider, deps)
  const leaseUntil = isFree ? deps.clock.now().toISOString() : settledAt(deps)
  slot.link = { ...slot.link, claim: { ...claim, leaseUntil } }
}

function isRepeatable(claim: LinkClaim, provider: PaymentProvider, deps: SyncDeps): boolean {
  return methodFor(claim, provider, deps)?.by === 'key'
}

/** Not Undecided: then a customer may exist, and only an operator can tell which one it is. */
function provesNothingCreated(error: unknown): boolean {
  if (error instanceof RetryLater) return !error.ambiguous
  return error instanceof SyncError && !(error instanceof Undecided)
}

async function reserve(
  id: ProviderCustomerId,
  { ref }: Link,
  { name, mode }: PaymentProvider,
  { links }: SyncDeps,
): Promise<void> {
  if (await reserveFor(ref, { provider: name, mode, id }, links)) return
  throw new RetryLater(
    'LINK_CONFLICT',
    'another record has adopted the customer that was found; searching again',
    { afterSeconds: 1, counts: false },
  )
}

/** Sends the payload as an update, to a customer that was adopted or created without it. */
async function sendPayload(
  slot: LinkSlot,
  { id, how }: Settled,
  payload: Payload,
  provider: PaymentProvider,
  deps: SyncDeps,
): Promise<void> {
  const claimed = slot.link
  // From here on the id is kept, even if the update fails.
  slot.link = { ...slot.link, state: 'linked', providerCustomerId: id, claim: null, fingerprint: null }
  // Saved first: after the update, the search terms of the claim no longer find the customer.
  if (how === 'adopted') await advance(slot, slot.link, deps.links)
  if ((await sendUpdate(slot, id, payload, provider, deps)) === 'updated') return
  if (how === 'adopted') {
    slot.link = { ...claimed, revision: slot.link.revision }
    throw new RetryLater('MATCH_VANISHED', 'the customer that was found no longer exists; searching again')
  }
  throw new Undecided('CUSTOMER_VANISHED', 'the provider does not know the customer it has just returned', [
    id,
  ])
}
