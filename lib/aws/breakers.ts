import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Mode, ProviderName } from '../core/model/provider.ts'
import type { BreakerRecord, BreakerStore } from '../core/ports/breaker.ts'
import { answered, type Bookkeeping, putGuarded } from './guarded-table.ts'

/** The sort key that distinguishes breakers from links. */
export const breakerSortKey = 'breaker'

/** Circuit breaker state in the links table: one item per provider and mode, shared by all functions. */
export function dynamodbBreakers(client: DynamoDBClient, tableName: string): BreakerStore {
  return {
    async findBreaker(provider, mode) {
      const { Item } = await answered(client, () =>
        client.send(
          new GetItemCommand({
            TableName: tableName,
            ConsistentRead: true,
            Key: { pk: { S: partition(provider, mode) }, sk: { S: breakerSortKey } },
          }),
        ),
      )
      if (!Item) return null
      const { pk, sk, writeId, ...record } = unmarshall(Item) as BreakerRecord & Bookkeeping
      return record
    },
    async saveBreaker(record) {
      const next = { ...record, revision: record.revision + 1 }
      const item = { pk: partition(record.provider, record.mode), sk: breakerSortKey, ...next }
      return (await putGuarded(client, tableName, item, record.revision)) ? next : null
    },
  }
}

function partition(provider: ProviderName, mode: Mode): string {
  return `breaker/${provider}/${mode}`
}
