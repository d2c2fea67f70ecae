import type { RecordType } from '../../core/model/change.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import type { Clock } from '../../core/ports/observers.ts'
import { isMissing, readAnswer } from '../crm-answer.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import { callAttio } from './call.ts'
import { listSchema } from './schemas.ts'
import { attioObject } from './to-customer.ts'

type Settings = {
  readonly origin: string
  readonly accessToken: string | undefined
  readonly clock: Clock
}

/** Attio's limit for one page of records. */
const pageSize = 500
/** How many records of the page before are listed again. */
const overlap = 50
const recordTypes = ['contact', 'company'] as const satisfies readonly RecordType[]

/**
 * One page of all people and companies, whatever changed since when: Attio documents no time of a record's last change
 * (https://docs.attio.com/rest-api/endpoint-reference/records/list-records). Deleted records are not listed.
 *
 * Attio counts pages by an offset in the order of creation, so a record that is deleted meanwhile moves the ones behind it
 * forward. Each page therefore begins before the end of the previous one. If the last record of that is not there, the
 * list begins again, and records are listed twice.
 */
export async function listAttioRecords(from: string | null, settings: Settings): Promise<ListedRecords> {
  const cursor = readCursor(from, settings.clock.now(), 0)
  const { completeUntil } = cursor
  const recordType = recordTypes[cursor.part]
  const object = recordType && attioObject(recordType)
  if (!object) return { refs: [], cursor: null, completeUntil }
  const { offset, last } = placeOf(cursor.after)
  const response = await callAttio({
    ...settings,
    method: 'POST',
    path: `/v2/objects/${object.slug}/records/query`,
    body: { sorts: [{ attribute: 'created_at', direction: 'asc' }], limit: pageSize, offset },
  })
  // A workspace may not use companies.
  const { data } = isMissing('Attio', response)
    ? { data: [] }
    : readAnswer('Attio', listSchema, response, settings.clock.now())
  const known = data.findIndex(({ id }) => id.record_id === last)
  if (last !== undefined && known < 0) {
    return { refs: [], cursor: nextCursor(cursor, placeText(0), recordTypes.length), completeUntil }
  }
  const refs = data.slice(known + 1).map(({ id }) => ({
    source: 'attio',
    account: id.workspace_id,
    recordType,
    recordId: id.record_id,
  }))
  const after =
    data.length < pageSize ? null : placeText(offset + pageSize - overlap, data.at(-1)?.id.record_id)
  return { refs, cursor: nextCursor(cursor, after, recordTypes.length), completeUntil }
}

/** `<offset>` or `<offset>:<last record of the page before>`. */
function placeText(offset: number, last?: string): string {
  return last === undefined ? String(offset) : `${offset}:${last}`
}

function placeOf(after: string | null): { readonly offset: number; readonly last: string | undefined } {
  const [offset, last] = after?.split(':') ?? []
  return { offset: Number(offset ?? 0), last }
}
