import type { RecordType } from '../../core/model/change.ts'
import type { ListedRecords } from '../../core/ports/crm-source.ts'
import { nextCursor, readCursor } from '../list-cursor.ts'
import { type Connection, callBitrix24, readBitrix24Answer } from './call.ts'
import { entityTypeIds } from './entities.ts'
import type { Portal } from './portal.ts'
import { listAnswerSchema } from './schemas.ts'

/** Bitrix24's fixed size of a page. */
const pageSize = 50
/** How long a change may be missing from the list, and how much earlier a list begins for that reason: guesses. */
const lagSeconds = 30
const overlapMillis = 5 * 60 * 1000
const recordTypes = ['contact', 'company', 'lead'] as const satisfies readonly RecordType[]

/**
 * One page of the contacts, companies and leads that changed since a time. Pages are continued by the last id, with `start: -1`,
 * which saves Bitrix24 from counting (https://apidocs.bitrix24.com/settings/performance/huge-data.html). Deleted records are not
 * listed. A record whose address alone changed may not be listed: whether that changes its time is not documented.
 */
export async function listBitrix24Changes(
  since: string,
  from: string | null,
  portal: Portal,
  connection: Connection,
): Promise<ListedRecords> {
  const { clock } = connection
  const account = await portal.knownMemberId()
  const cursor = readCursor(from, clock.now(), lagSeconds)
  const recordType = recordTypes[cursor.part]
  if (!recordType) return { refs: [], cursor: null, completeUntil: cursor.completeUntil }
  const response = await callBitrix24(
    'crm.item.list',
    {
      entityTypeId: entityTypeIds[recordType],
      select: ['id'],
      filter: {
        '>=updatedTime': withOffset(Date.parse(since) - overlapMillis),
        ...(cursor.after !== null && { '>id': Number(cursor.after) }),
      },
      order: { id: 'ASC' },
      start: -1,
    },
    connection,
  )
  const { items } = readBitrix24Answer(listAnswerSchema, response, clock).result
  const refs = items.map(({ id }) => ({ source: 'bitrix24', account, recordType, recordId: id }))
  const after = items.length < pageSize ? null : (refs.at(-1)?.recordId ?? null)
  return {
    refs,
    cursor: nextCursor(cursor, after, recordTypes.length),
    completeUntil: cursor.completeUntil,
  }
}

/** ISO 8601 as Bitrix24 writes it: in whole seconds, with an offset. */
function withOffset(millis: number): string {
  return new Date(millis).toISOString().replace(/\.\d+Z$/, '+00:00')
}
