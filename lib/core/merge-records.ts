import { type RecordRef, refOf } from './change.ts'
import { admitted, eraseRecord } from './close-record.ts'
import { Undecided } from './errors.ts'
import { findLostCreate } from './find-lost-create.ts'
import { finalSurvivor } from './find-survivor.ts'
import { keepCreatorsOut, saveOrRetry } from './guarded-save.ts'
import { type Link, newLink } from './link.ts'
import { isClosed, isErased, lineOf, type RecordBook, toBook } from './record-book.ts'
import { refuseHeld } from './refuse-held.ts'
import type { SyncDeps } from './sync-deps.ts'

/**
 * Writes down that `loser` was merged into `survivor`: the loser's links point there, the survivor keeps its own
 * provider customers and takes the loser's where it has none. Nothing is deleted at a provider. Doing it twice is the
 * same as once; a crash in between leaves both pointing at the same customer, which the repetition mends. Where the
 * survivor has been erased, so is the loser.
 */
export async function absorbRecord(loser: RecordRef, survivor: RecordRef, deps: SyncDeps): Promise<void> {
  const loserBook = toBook(await deps.links.findLinks(loser))
  const { ref: heir, book } = await finalSurvivor(survivor, deps.links)
  if (heir.recordId === loser.recordId) return
  if (isErased(book)) {
    await eraseRecord(refOf(loser), loserBook, deps)
    return
  }
  const unmerged = loserBook.links.filter(({ state }) => state !== 'merged' && state !== 'erased')
  for (const link of unmerged) await handOver(link, heir, deps)
  if (isErased(loserBook)) return
  if (loserBook.links.length === 0 && loserBook.line?.state !== 'merged') {
    await saveOrRetry(
      {
        ...lineOf(loserBook, loser),
        state: 'merged',
        mergedInto: heir.recordId,
        failure: null,
      },
      deps.links,
    )
  }
  await keepCreatorsOut(refOf(loser), loserBook, { state: 'merged', mergedInto: heir.recordId }, deps.links)
}

async function handOver(unfinished: Link, heir: RecordRef, deps: SyncDeps): Promise<void> {
  refuseHeld(unfinished, deps)
  const loserLink = await withoutClaim(unfinished, deps)
  const book = toBook(await deps.links.findLinks(heir))
  await adoptInto(book, loserLink, heir, deps)
  await saveOrRetry(
    {
      ...loserLink,
      state: 'merged',
      mergedInto: heir.recordId,
      fingerprint: null,
      failure: null,
    },
    deps.links,
  )
}

/**
 * What a create of the merged record whose answer was lost has made is found first: nobody will ask for it again. What
 * cannot be found any more is a surplus, and the claim stays in the merged link to tell of it.
 */
async function withoutClaim(link: Link, deps: SyncDeps): Promise<Link> {
  if (!link.claim || !link.provider) return link
  const slot = { link, saved: link }
  const provider = await admitted(link.provider, deps)
  try {
    const [providerCustomerId = null] = await findLostCreate(slot, provider, deps)
    return { ...slot.link, providerCustomerId, claim: null }
  } catch (error) {
    if (error instanceof Undecided) return slot.link
    throw error
  }
}

/** The survivor's fingerprint is left open, so that its own data is sent next. */
async function adoptInto(book: RecordBook, loserLink: Link, heir: RecordRef, deps: SyncDeps): Promise<void> {
  if (!loserLink.provider) return
  const own =
    book.links.find((link) => link.provider === loserLink.provider && link.mode === loserLink.mode) ??
    newLink(heir, loserLink.provider, loserLink.mode)
  const absorbed = [...new Set([...own.absorbed, ...loserLink.absorbed, loserLink.ref.recordId])]
  const takes = !own.providerCustomerId && !own.claim && loserLink.providerCustomerId
  if (!takes && own.revision === 0) return
  // Taken over by a try that was cut short; until the loser's link says so, the loser may have written to it again.
  const shares = own.providerCustomerId !== null && own.providerCustomerId === loserLink.providerCustomerId
  const next: Link = takes
    ? {
        ...own,
        state: own.state === 'closed' || isClosed(book) ? 'closed' : 'linked',
        providerCustomerId: loserLink.providerCustomerId,
        fingerprint: null,
        // Never lower: a key that was used for this record must not be used again.
        epoch: Math.max(own.epoch, loserLink.epoch),
        absorbed,
        syncedAt: deps.clock.now().toISOString(),
        lastOutcome: 'adopted',
      }
    : { ...own, absorbed, ...(shares && { fingerprint: null }) }
  const isNews = absorbed.length !== own.absorbed.length || next.fingerprint !== own.fingerprint
  if (takes || isNews) await saveOrRetry(next, deps.links)
}
