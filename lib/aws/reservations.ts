import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type RecordRef, recordKey, refOf } from '../core/model/change.ts'
import type { CustomerPlace } from '../core/model/provider.ts'
import type { CustomerLinks } from '../core/ports/customer-links.ts'
import { answered, putIf } from './guarded-table.ts'

/** The sort key that distinguishes reservations from links. */
export const reservationSortKey = 'reservation'

/** Which record may adopt a provider customer: one item in the links table per customer that was ever adopted. */
export function dynamodbReservations(
  client: DynamoDBClient,
  tableName: string,
): Pick<CustomerLinks, 'findReservation' | 'reserveCustomer'> {
  return {
    async findReservation(place) {
      const Key = { pk: { S: partition(place) }, sk: { S: reservationSortKey } }
      const { Item } = await answered(client, () =>
        client.send(new GetItemCommand({ TableName: tableName, ConsistentRead: true, Key })),
      )
      return Item ? refOf(unmarshall(Item) as RecordRef) : null
    },
    reserveCustomer: (place, ref, instead) =>
      putIf(
        client,
        tableName,
        { pk: partition(place), sk: reservationSortKey, owner: recordKey(ref), ...refOf(ref) },
        instead === null
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#owner = :instead',
              ExpressionAttributeNames: { '#owner': 'owner' },
              ExpressionAttributeValues: { ':instead': { S: recordKey(instead) } },
            },
      ),
  }
}

function partition({ provider, mode, id }: CustomerPlace): string {
  return `customer/${provider}/${mode}/${encodeURIComponent(id)}`
}
