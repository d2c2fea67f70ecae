import { type RecordRef, refOf } from '../../core/model/change.ts'
import { type Connection, callBitrix24, readBitrix24Answer } from './call.ts'
import { recordTypeOf, requisiteOf, toNumber } from './entities.ts'
import { requisiteOwnersSchema } from './schemas.ts'

/**
 * The contact or company of a requisite, which holds its addresses; none when the requisite has been deleted
 * (https://apidocs.bitrix24.com/api-reference/crm/requisites/universal/crm-requisite-list.html). Throws as `readBitrix24Answer` does.
 */
export async function expandRequisite(
  related: RecordRef,
  connection: Connection,
): Promise<readonly RecordRef[]> {
  const id = requisiteOf(related.recordId)
  if (id === undefined) return []
  const response = await callBitrix24(
    'crm.requisite.list',
    { filter: { ID: toNumber(id) }, select: ['ENTITY_TYPE_ID', 'ENTITY_ID'] },
    connection,
  )
  const { result } = readBitrix24Answer(requisiteOwnersSchema, response, connection.clock)
  return result.flatMap(({ ENTITY_TYPE_ID, ENTITY_ID }) => {
    const recordType = recordTypeOf(ENTITY_TYPE_ID)
    return recordType ? [{ ...refOf(related), recordType, recordId: ENTITY_ID }] : []
  })
}
