import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { answered, type Bookkeeping, putGuarded } from './guarded-table.ts'

export type GuardedItems<T> = {
  /** One consistent read. */
  find(partition: string): Promise<T | null>
  /** Saves the record if the stored one still has its revision (0: none exists). Null when another writer was first. */
  save(partition: string, record: T): Promise<T | null>
}

/** Items of one kind in the links table, one for each partition; the sort key distinguishes them from links. */
export function guardedItems<T extends { readonly revision: number }>(
  client: DynamoDBClient,
  TableName: string,
  sortKey: string,
): GuardedItems<T> {
  return {
    async find(partition) {
      const Key = { pk: { S: partition }, sk: { S: sortKey } }
      const get = new GetItemCommand({ TableName, ConsistentRead: true, Key })
      const { Item } = await answered(client, () => client.send(get))
      if (!Item) return null
      const { pk, sk, writeId, ...record } = unmarshall(Item) as T & Bookkeeping
      return record as unknown as T
    },
    async save(partition, record) {
      const next = { ...record, revision: record.revision + 1 }
      const item = { pk: partition, sk: sortKey, ...next }
      return (await putGuarded(client, TableName, item, record.revision)) ? next : null
    },
  }
}
