import { findLostCreate } from '../creating/find-lost-create.ts'
import { admittedProviderOf, hasProvider } from '../links/admitted-provider.ts'
import { holdsErasedData } from '../links/erased-data.ts'
import { finalSurvivor } from '../links/find-survivor.ts'
import { keepCreatorsOut, type LinkSlot, saveOrRetry } from '../links/guarded-save.ts'
import { refuseHeld } from '../links/refuse-held.ts'
import { type RecordRef, refOf } from '../model/change.ts'
import { RetryLater, Undecided } from '../model/errors.ts'
import { type Link, newLink } from '../model/link.ts'
import { modes } from '../model/provider.ts'
import { isClosed, isErased, lineOf, mergedInto, type RecordBook, toBook } from '../model/record-book.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'
import { eraseRecord } from './erase-record.ts'

/** Working on one record takes at most this long where everything is slow; with less time left the rest waits. */
const millisForOne = 15_000
/** So many records are looked at side by side; they are absorbed one after the other, since each changes the survivor. */
const lookedAtOnce = 10

/**
 * Writes down that all of these were merged into `survivor`. Those that are, are only read; what the function's time does
 * not suffice for is left to the next try, by RetryLater (`OUT_OF_TIME`).
 */
export async function absorbRecords(
  loserIds: readonly string[],
  survivor: RecordRef,
  deps: SyncDeps,
): Promise<void> {
  if (loserIds.length === 0) return
  const heirIsErased = isErased((await finalSurvivor(survivor, deps.links)).book)
  for (let from = 0; from < loserIds.length; from += lookedAtOnce) {
    const losers = loserIds.slice(from, from + lookedAtOnce).map((recordId) => ({ ...survivor, recordId }))
    const books = await Promise.all(losers.map(async (loser) => toBook(await deps.links.findLinks(loser))))
    for (const [index, loser] of losers.entries()) {
      const book = books[index]
      if (book && isAbsorbed(book, deps) && !heirIsErased) continue
      if (deps.remainingMillis() < millisForOne) {
        throw new RetryLater(
          'OUT_OF_TIME',
          'the function has too little time left for the rest of this merge',
          {
            afterSeconds: 1,
            counts: false,
          },
        )
      }
      await absorbRecord(loser, survivor, deps)
    }
  }
}

/** Nothing is left to do: each place where a customer could be says that the record was merged away, or erased. */
function isAbsorbed({ links }: RecordBook, { knownProviders }: SyncDeps): boolean {
  const isSettled = ({ state }: Link) => state === 'merged' || state === 'erased'
  return links.length === knownProviders.length * modes.length && links.every(isSettled)
}

/**
 * Writes down that `loser` was merged into `survivor`: the loser's links point there, the survivor keeps its own
 * provider customers and takes the loser's where it has none. Nothing is deleted at a provider. Doing it twice is the
 * same as once; a crash in between leaves both pointing at the same customer, which the retry fixes. Where the
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
  await keepCreatorsOut(refOf(loser), loserBook, { state: 'merged', mergedInto: heir.recordId }, deps)
}

async function handOver(unfinished: Link, heir: RecordRef, deps: SyncDeps): Promise<void> {
  refuseHeld(unfinished, deps)
  const loserLink = await withoutClaim(unfinished, deps)
  const book = toBook(await deps.links.findLinks(heir))
  // Erased, or merged away itself, since the survivor was looked for: it must not be given anything any more.
  if (isErased(book) || mergedInto(book) !== null) {
    throw new RetryLater('LINK_CONFLICT', 'the survivor of this merge is gone by now', {
      afterSeconds: 1,
      counts: false,
    })
  }
  const isTaken = await adoptInto(book, loserLink, heir, deps)
  if (!isTaken) await eraseSurplus(loserLink, deps)
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
  if (!link.claim || !hasProvider(link)) return link
  const slot: LinkSlot = { link, saved: link }
  try {
    const provider = await admittedProviderOf(link, deps)
    const [providerCustomerId = null] = await findLostCreate(slot, provider, deps)
    return { ...slot.link, providerCustomerId, claim: null }
  } catch (error) {
    if (error instanceof Undecided) return slot.link
    throw error
  }
}

/** Nobody writes to a surplus any more: what an erased record has left there would stay for good. */
async function eraseSurplus(link: Link, deps: SyncDeps): Promise<void> {
  if (!hasProvider(link) || !link.providerCustomerId || !(await holdsErasedData(link, deps))) return
  const provider = await admittedProviderOf(link, deps)
  await provider.eraseCustomer(link.providerCustomerId, link.ref)
}

/**
 * The survivor's fingerprint is left open, so that its own data is sent next. False where the merged record's customer is a
 * surplus, since the survivor has one of its own.
 */
async function adoptInto(
  book: RecordBook,
  loserLink: Link,
  heir: RecordRef,
  deps: SyncDeps,
): Promise<boolean> {
  if (!loserLink.provider) return false
  const own =
    book.links.find((link) => link.provider === loserLink.provider && link.mode === loserLink.mode) ??
    newLink(heir, loserLink.provider, loserLink.mode)
  const absorbed = [...new Set([...own.absorbed, ...loserLink.absorbed, loserLink.ref.recordId])]
  const takes = !own.providerCustomerId && !own.claim && loserLink.providerCustomerId
  if (!takes && own.revision === 0) return false
  // Taken over by a try that was cut short; until the loser's link says so, the loser may have written to it again.
  const shares = own.providerCustomerId !== null && own.providerCustomerId === loserLink.providerCustomerId
  const isGone = own.state === 'closed' || isClosed(book)
  // Whoever opens a closed link lets the customer be charged again.
  const mayBeBlocked = loserLink.state === 'closed' && deps.policies.onDelete === 'block'
  const next: Link = takes
    ? {
        ...own,
        state: isGone || mayBeBlocked ? 'closed' : 'linked',
        providerCustomerId: loserLink.providerCustomerId,
        fingerprint: null,
        absorbed,
        syncedAt: deps.clock.now().toISOString(),
        lastOutcome: isGone ? null : 'adopted',
      }
    : { ...own, absorbed, ...(shares && { fingerprint: null }) }
  const isNews = absorbed.length !== own.absorbed.length || next.fingerprint !== own.fingerprint
  if (takes || isNews) await saveOrRetry(next, deps.links)
  return Boolean(takes) || shares
}
