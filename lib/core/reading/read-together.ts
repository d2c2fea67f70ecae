import { type RecordRef, recordKey } from '../model/change.ts'
import { RetryLater } from '../model/errors.ts'
import type { FetchedCustomer } from '../ports/crm-source.ts'
import type { SyncDeps } from '../ports/sync-deps.ts'

/** How long a read waits for other records of its account: one slow table must not hold up the whole batch. */
const gatherMillis = 200

export type RecordReader = {
  /**
   * One record of the batch is being made ready. The returned function is called once it is known whether it must be read
   * (null: it need not be); more calls do nothing.
   */
  expect(): (ref: RecordRef | null) => void
  /** The record as the CRM has it now. Never throws for the CRM's sake: that is `kind: 'failed'`. */
  fetch(ref: RecordRef): Promise<ReadCustomer>
}

/** What the CRM shows, and when it was asked: it may not have known then what it was asked about. */
export type ReadCustomer = FetchedCustomer & { readonly askedAt: Date }

type Answers = ReadonlyMap<string, ReadCustomer>
type Deps = Pick<SyncDeps, 'source' | 'sleep' | 'clock'>

/**
 * Reads the records of one CRM account in one call: a read leaves once all `count` records of the batch are ready, or a
 * moment after the first one asked; a later record is read in a call of its own.
 */
export function readTogether(count: number, deps: Deps): RecordReader {
  const everybody = Promise.withResolvers<void>()
  const announced = new Map<string, RecordRef>()
  const gathering = new Map<string, Promise<void>>()
  const read = new Map<string, Promise<Answers>>()
  let missing = count

  const leave = (account: string) => {
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
    const gathered = Promise.race([everybody.promise, deps.sleep(gatherMillis)]).then(() => leave(account))
    gathering.set(account, gathered)
    return gathered
  }

  return {
    expect() {
      let told = false
      return (ref) => {
        if (told) return
        told = true
        if (ref) announced.set(recordKey(ref), ref)
        missing -= 1
        if (missing === 0) everybody.resolve()
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
        new RetryLater('CRM_NO_ANSWER', 'the CRM gave no answer for this record'),
        deps.clock.now(),
      )
    },
  }
}

/** One string per CRM account. */
export function accountOf({ source, account }: RecordRef): string {
  return `${source}/${account}`
}

/** One call; when it fails as a whole, it fails for each of its records. */
async function fetchAll(refs: readonly RecordRef[], { source, clock }: Deps): Promise<Answers> {
  const [first] = refs
  if (!first) return new Map()
  const askedAt = clock.now()
  try {
    const crm = await source(first.source)
    const fetched = await crm.fetchCustomers(refs)
    return new Map(
      refs.flatMap((ref, index) =>
        fetched[index] ? [[recordKey(ref), { ...fetched[index], askedAt }]] : [],
      ),
    )
  } catch (cause) {
    const error = cause instanceof Error ? cause : new TypeError('the CRM adapter threw something unusual')
    return new Map(refs.map((ref) => [recordKey(ref), failed(error, askedAt)]))
  }
}

function failed(error: Error, askedAt: Date): ReadCustomer {
  return { kind: 'failed', error, askedAt }
}
