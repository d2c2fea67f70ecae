import { type RecordRef, recordKey } from '../model/change.ts'
import { Rejected, RetryLater } from '../model/errors.ts'
import type { FetchedCustomer } from '../ports/crm-source.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** The longest wait for other records of the same account, so that one slow table read does not delay the batch. */
const gatherMillis = 200
/** The same for a page of listed records, which nobody waits for. */
const gatherPageMillis = 5_000
const largestBatch = 10

export type RecordReader = {
  /**
   * Registers one record of the batch. The returned function is called with the record once it is known that it must be
   * read, or with null when it need not be; further calls do nothing.
   */
  expect(): (ref: RecordRef | null) => void
  /** The record as the CRM has it now. Failures of the CRM do not throw: they are `kind: 'failed'`. */
  fetch(ref: RecordRef): Promise<ReadCustomer>
}

/** The CRM's answer, and when it was asked: a replica may not have had the change yet. */
export type ReadCustomer = FetchedCustomer & { readonly askedAt: Date }

type Answers = ReadonlyMap<string, ReadCustomer>
type Deps = Pick<SyncDeps, 'source' | 'sleep' | 'clock'>

/**
 * Reads the records of one CRM account in one call. The call is made once all `count` records of the batch have been
 * announced, or 200 ms after the first `fetch` (5 s where there are more records than a batch of webhooks has); a record that comes later is read in a call of its own.
 */
export function readTogether(count: number, deps: Deps): RecordReader {
  const allAnnounced = Promise.withResolvers<void>()
  const announced = new Map<string, RecordRef>()
  const gathering = new Map<string, Promise<void>>()
  const read = new Map<string, Promise<Answers>>()
  const patience = count > largestBatch ? gatherPageMillis : gatherMillis
  let missing = count

  const send = (account: string) => {
    const members = [...announced].filter(([, ref]) => accountOf(ref) === account)
    const answers = fetchAll(
      members.map(([, ref]) => ref),
      deps,
    )
    for (const [key] of members) {
      announced.delete(key)
      read.set(key, answers)
    }
    gathering.delete(account)
  }
  const gather = (account: string): Promise<void> => {
    const known = gathering.get(account)
    if (known) return known
    const gathered = Promise.race([allAnnounced.promise, deps.sleep(patience)]).then(() => send(account))
    gathering.set(account, gathered)
    return gathered
  }

  return {
    expect() {
      let announcedOnce = false
      return (ref) => {
        if (announcedOnce) return
        announcedOnce = true
        if (ref) announced.set(recordKey(ref), ref)
        missing -= 1
        if (missing === 0) allAnnounced.resolve()
      }
    },
    async fetch(ref) {
      const key = recordKey(ref)
      if (!read.has(key)) {
        announced.set(key, ref)
        await gather(accountOf(ref))
      }
      const answer = (await read.get(key))?.get(key)
      if (answer) return answer
      return failed(
        new RetryLater('CRM_NO_ANSWER', 'the CRM returned no answer for this record'),
        deps.clock.now(),
      )
    },
  }
}

/** One string per CRM account. */
export function accountOf({ source, account }: RecordRef): string {
  return `${source}/${account}`
}

/** One call. When it fails as a whole, each of its records fails. */
async function fetchAll(refs: readonly RecordRef[], { source, clock }: Deps): Promise<Answers> {
  const [first] = refs
  if (!first) return new Map()
  const askedAt = clock.now()
  try {
    const { fetchCustomers } = await source(first.source)
    if (!fetchCustomers) throw cannotFetch(first)
    const fetched = await fetchCustomers(refs)
    return new Map(
      refs.flatMap((ref, index) =>
        fetched[index] ? [[recordKey(ref), { ...fetched[index], askedAt }]] : [],
      ),
    )
  } catch (cause) {
    const error =
      cause instanceof Error ? cause : new TypeError('the CRM adapter threw something that is not an Error')
    return new Map(refs.map((ref) => [recordKey(ref), failed(error, askedAt)]))
  }
}

function cannotFetch({ source }: RecordRef): Rejected {
  return new Rejected(
    'CANNOT_FETCH',
    `the event holds ids only, and ${source} has no API URL to read the record from: set it, or let the sender send the whole customer`,
  )
}

function failed(error: Error, askedAt: Date): ReadCustomer {
  return { kind: 'failed', error, askedAt }
}
