import type { ListedLinks } from '../../aws/customer-links.ts'
import { type RecordRef, recordKey, type SourceName } from '../../core/model/change.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import { BadInput } from '../errors.ts'
import { fits, type RecordOptions } from '../links/find-record.ts'
import { knownRecords } from './choose-records.ts'
import { mostRounds, type PlanOptions, secondsToPass } from './engine/plan-changes.ts'
import type { PlanDeps } from './engine/recording-deps.ts'

export type Listing = Omit<RecordOptions, 'source'> & {
  readonly source: SourceName
  readonly since: string | null
}

type RecordsOfSource = {
  readonly refs: readonly RecordRef[]
  /** What is not among them, in words; null when they are complete. */
  readonly missing: string | null
}

/** Before any record of any CRM. */
export const beginning = '1970-01-02T00:00:00.000Z'

/**
 * The records of a source: all of them, or those that changed `since` a time (ISO 8601). Where the CRM cannot list its records,
 * those that the table knows; then `since` is BadInput.
 */
export async function listRecords(
  { source: name, since, ...options }: Listing,
  { source }: Pick<PlanDeps, 'source'>,
  links: Pick<ListedLinks, 'listLinks'>,
  pause: PlanOptions['pause'],
): Promise<RecordsOfSource> {
  const { listChanged } = await source(name)
  if (!listChanged && since !== null) {
    throw new BadInput(
      `--since: ${name} cannot list which of its records changed: leave --since out to plan all that are known, or name the records`,
    )
  }
  const known = since === null ? await knownRecords({ ...options, source: name }, links) : []
  if (!listChanged) {
    return {
      refs: known,
      missing: `${name} cannot list its records: those that were never synced are not planned`,
    }
  }
  const refs = new Map(known.map((ref) => [recordKey(ref), ref]))
  let page: ListedRecords | undefined
  do {
    const cursor = page?.cursor ?? null
    page = await unthrottled(() => listChanged(since ?? beginning, cursor), pause)
    for (const ref of page.refs) if (fits(ref, options)) refs.set(recordKey(ref), ref)
  } while (page.cursor !== null)
  const missing = `${name} may not list yet what changed after ${page.completeUntil}`
  return { refs: [...refs.values()], missing: since === null ? null : missing }
}

/** A CRM that asks to slow down is asked again, a few times. */
export async function unthrottled<T>(call: () => Promise<T>, pause: PlanOptions['pause']): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await call()
    } catch (error) {
      const seconds = secondsToPass(error)
      if (seconds === null || round >= mostRounds) throw error
      await pause(seconds)
    }
  }
}
