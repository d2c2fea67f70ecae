import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { RetryLater } from '../core/errors.ts'
import { noAnswer } from './no-answer.ts'

export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }

/**
 * Puts the item if the stored one still has `revision` (0: does not exist yet); false when somebody else was there
 * first. `item` carries the next revision.
 */
export async function putGuarded(
  client: DynamoDBClient,
  TableName: string,
  item: Item,
  revision: number,
): Promise<boolean> {
  const isNew = revision === 0
  const put = new PutItemCommand({
    TableName,
    Item: marshall(item) as Record<string, AttributeValue>,
    ConditionExpression: isNew ? 'attribute_not_exists(pk)' : 'revision = :revision',
    ...(!isNew && { ExpressionAttributeValues: { ':revision': { N: String(revision) } } }),
  })
  try {
    await answered(client, () => client.send(put))
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/**
 * A failed condition is an answer; anything else means that the table is in trouble, which is no customer's fault:
 * RetryLater, naming the host and the reason.
 */
export async function answered<T>(client: DynamoDBClient, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) throw cause
    const message = await noAnswer('the table of links', client, cause)
    throw new RetryLater('TABLE_UNAVAILABLE', message, { cause, counts: false })
  }
}
