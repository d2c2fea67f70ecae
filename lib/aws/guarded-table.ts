import { randomBytes } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { tableFailure } from './table-failure.ts'

type Stored = Record<string, AttributeValue>
export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }
/** Attributes that the table adapter adds to each item. */
export type Bookkeeping = { readonly pk: string; readonly sk: string; readonly writeId?: string }
type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

/**
 * Puts the item if the stored revision is `revision` (0: the item does not exist yet). Returns false when another
 * writer was first. `item` carries the next revision.
 */
export function putGuarded(
  client: DynamoDBClient,
  tableName: string,
  item: Item,
  revision: number,
): Promise<boolean> {
  return putIf(client, tableName, item, {
    ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :revision',
    ...(revision !== 0 && { ExpressionAttributeValues: { ':revision': { N: String(revision) } } }),
  })
}

/**
 * Puts the item under a condition. Returns false when the condition fails. If a response is lost, the SDK's retry
 * finds the item that the first attempt wrote; `writeId` shows that this is not a conflict.
 */
export async function putIf(
  client: DynamoDBClient,
  TableName: string,
  item: Item,
  condition: Condition,
): Promise<boolean> {
  const writeId = randomBytes(6).toString('base64url')
  const put = new PutItemCommand({
    TableName,
    Item: marshall({ ...item, writeId }) as Stored,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...condition,
  })
  try {
    await answered(client, () => client.send(put))
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return (await storedBy(error, client, TableName, item))?.['writeId']?.S === writeId
  }
}

/** The item that failed the condition. Read separately where the table does not return it. */
async function storedBy(
  { Item, $metadata }: ConditionalCheckFailedException,
  client: DynamoDBClient,
  TableName: string,
  { pk, sk }: Item,
): Promise<Stored | undefined> {
  if (Item || ($metadata.attempts ?? 1) < 2) return Item
  const Key = { pk: { S: pk }, sk: { S: sk } }
  return (
    await answered(client, () => client.send(new GetItemCommand({ TableName, ConsistentRead: true, Key })))
  ).Item
}

/** Rethrows a failed condition unchanged; `tableFailure` classifies all other errors. */
export async function answered<T>(client: DynamoDBClient, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) throw cause
    throw await tableFailure(client, cause)
  }
}
