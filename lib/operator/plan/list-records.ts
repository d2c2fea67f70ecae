import type { ListedLinks } from '../../aws/customer-links.ts'
import { type RecordRef, recordKey, type SourceName } from '../../core/model/change.ts'
import { BadInput } from '../errors.ts'
import { fits, type RecordOptions } from '../links/find-record.ts'
import { knownRecords } from './choose-records.ts'
import type { PlanDeps } from './engine/recording-deps.ts'

export type ListedRecords = {
  readonly refs: readonly RecordRef[]
  /** What is not among them, in words; null when they are complete. */
  readonly missing: string | null
}

/** Before any record of any CRM. */
const beginning = '1970-01-02T00:00:00.000Z'

/**
 * The records of a source: all of them, or those that changed `since` a time (ISO 8601). Where the CRM cannot list its records,
 * those that the table knows; then `since` is BadInput.
 */
export async function listRecords(
  name: SourceName,
  since: string | null,
  options: RecordOptions,
  { source }: Pick<PlanDeps, 'source'>,
  links: Pick<ListedLinks, 'listLinks'>,
): Promise<ListedRecords> {
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
  for (let cursor: string | null = null; ; ) {
    const page = await listChanged(since ?? beginning, cursor)
    for (const ref of page.refs) if (fits(ref, options)) refs.set(recordKey(ref), ref)
    if (page.cursor === null) break
    cursor = page.cursor
  }
  return { refs: [...refs.values()], missing: null }
}
