import type { RecordRef } from '../../core/model/change.ts'
import { type Connection, callBitrix24, readBitrix24Answer } from './call.ts'
import { entityTypeIds, requisiteTypeId, toNumber } from './entities.ts'
import { addressesSchema, type Bitrix24Address, requisitesSchema } from './schemas.ts'

/**
 * The addresses of a record (https://apidocs.bitrix24.com/api-reference/crm/requisites/addresses/crm-address-list.html), those
 * of its oldest requisite first. A lead has its own; those of contacts and companies hang on their requisites. Throws as
 * `readBitrix24Answer` does.
 */
export async function fetchAddresses(
  { recordType, recordId }: RecordRef,
  connection: Connection,
): Promise<readonly Bitrix24Address[]> {
  const entityTypeId = entityTypeIds[recordType]
  if (recordType === 'lead') return listAddresses(entityTypeId, [recordId], connection)
  const response = await callBitrix24(
    'crm.requisite.list',
    {
      filter: { ENTITY_TYPE_ID: entityTypeId, ENTITY_ID: toNumber(recordId) },
      select: ['ID'],
      order: { ID: 'asc' },
    },
    connection,
  )
  const { result } = readBitrix24Answer(requisitesSchema, response, connection.clock)
  const ids = result.map(({ ID }) => ID)
  return ids.length === 0 ? [] : listAddresses(requisiteTypeId, ids, connection)
}

async function listAddresses(
  entityTypeId: number,
  ids: readonly string[],
  connection: Connection,
): Promise<readonly Bitrix24Address[]> {
  const [id, ...others] = ids.map(toNumber)
  const response = await callBitrix24(
    'crm.address.list',
    {
      filter: {
        ENTITY_TYPE_ID: entityTypeId,
        ...(others.length === 0 ? { ENTITY_ID: id } : { '@ENTITY_ID': [id, ...others] }),
      },
      order: { TYPE_ID: 'asc' },
    },
    connection,
  )
  const { result } = readBitrix24Answer(addressesSchema, response, connection.clock)
  return ids.flatMap((owner) => result.filter(({ ENTITY_ID }) => ENTITY_ID === owner))
}
