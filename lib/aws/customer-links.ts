import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { recordKey } from '../core/model/change.ts'
import type { Link } from '../core/model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../core/model/provider.ts'
import type { CustomerLinks } from '../core/ports/customer-links.ts'
import { answered, putGuarded } from './guarded-table.ts'
import { customerKey, fromItem, sortKey, toItem } from './link-item.ts'
import { isListed, onlyLinks } from './listed-links.ts'
import { dynamodbReservations } from './reservations.ts'

/** The table's only index. It projects keys only. */
export const providerCustomerIndex = 'byProviderCustomer'

export type ListedLinks = CustomerLinks & {
  /**
   * All links in the table except bare tombstones and bare lines, page by page, unordered. For operators; the sync does not use
   * it.
   */
  listLinks(): AsyncIterable<Link>
  /**
   * The same in one state only. Links in others are read by DynamoDB, but not transferred. Ends early once `signal` is aborted.
   */
  listLinksIn(state: Link['state'], signal?: AbortSignal): AsyncIterable<Link>
  /** Deletes the link if its stored revision is unchanged. Returns false when it was modified concurrently. */
  deleteLink(link: Link): Promise<boolean>
}

/** The links table: one partition per record, one item per provider and mode. Each save is one conditional write. */
export function dynamodbLinks(client: DynamoDBClient, tableName: string): ListedLinks {
  return {
    findLinks: (ref) => findLinks(client, tableName, recordKey(ref)),
    saveLink: (link) => saveLink(client, tableName, link),
    findByProviderCustomer: (provider, mode, id) => findByCustomer(client, tableName, provider, mode, id),
    ...dynamodbReservations(client, tableName),
    listLinks: () => listLinks(client, tableName),
    listLinksIn: (state, signal) => listLinks(client, tableName, { state, signal }),
    deleteLink: (link) => deleteLink(client, tableName, link),
  }
}

async function findLinks(client: DynamoDBClient, TableName: string, pk: string): Promise<Link[]> {
  const { Items = [] } = await answered(client, () =>
    client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
      }),
    ),
  )
  return Items.map(fromItem)
}

async function saveLink(client: DynamoDBClient, tableName: string, link: Link): Promise<Link | null> {
  const next = { ...link, revision: link.revision + 1 }
  return (await putGuarded(client, tableName, toItem(next), link.revision)) ? next : null
}

async function deleteLink(client: DynamoDBClient, TableName: string, link: Link): Promise<boolean> {
  try {
    await answered(client, () =>
      client.send(
        new DeleteItemCommand({
          TableName,
          Key: { pk: { S: recordKey(link.ref) }, sk: { S: sortKey(link) } },
          ConditionExpression: 'revision = :revision',
          ExpressionAttributeValues: {
            ':revision': { N: String(link.revision) },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    )
    return true
  } catch (error) {
    // If the response to the first attempt was lost, the SDK's retry finds no item.
    if (error instanceof ConditionalCheckFailedException) return isGone(error)
    throw error
  }
}

function isGone({ Item, $metadata }: ConditionalCheckFailedException): boolean {
  return Item === undefined && ($metadata.attempts ?? 1) > 1
}

async function findByCustomer(
  client: DynamoDBClient,
  TableName: string,
  provider: ProviderName,
  mode: Mode,
  id: ProviderCustomerId,
): Promise<Link[]> {
  const { Items = [] } = await answered(client, () =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName: providerCustomerIndex,
        KeyConditionExpression: 'providerCustomer = :customer',
        ExpressionAttributeValues: {
          ':customer': { S: customerKey(provider, mode, id) },
        },
      }),
    ),
  )
  const records = [...new Set(Items.flatMap(({ pk }) => pk?.S ?? []))]
  const links = await Promise.all(records.map((pk) => findLinks(client, TableName, pk)))
  return links
    .flat()
    .filter((link) => link.provider === provider && link.mode === mode && link.providerCustomerId === id)
}

async function* listLinks(
  client: DynamoDBClient,
  TableName: string,
  { state, signal }: { readonly state?: Link['state']; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Link> {
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined
  do {
    const page = await answered(client, () =>
      client.send(
        new ScanCommand({
          TableName,
          ExclusiveStartKey,
          FilterExpression: `${onlyLinks.condition}${state ? ' AND #state = :state' : ''}`,
          ...(state && { ExpressionAttributeNames: { '#state': 'state' } }),
          ExpressionAttributeValues: {
            ...onlyLinks.values,
            ...(state && { ':state': { S: state } }),
          },
        }),
      ),
    )
    yield* (page.Items ?? []).map(fromItem).filter(isListed)
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey && !signal?.aborted)
}
