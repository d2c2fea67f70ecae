import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type RecordRef, recordKey, refOf } from '../core/model/change.ts'
import { isBareTombstone, type Link, newLink } from '../core/model/link.ts'
import type { Mode, ProviderCustomerId, ProviderName } from '../core/model/provider.ts'
import type { CustomerLinks } from '../core/ports/customer-links.ts'
import { breakerSortKey } from './breakers.ts'
import { answered, type Bookkeeping, putGuarded } from './guarded-table.ts'
import { dynamodbReservations, reservationSortKey } from './reservations.ts'

/** The table's one index; it holds keys only. */
export const providerCustomerIndex = 'byProviderCustomer'

type StoredLink = Omit<Link, 'ref'> & RecordRef & Bookkeeping & { providerCustomer?: string }

export type ListedLinks = CustomerLinks & {
  /** Every link of the table but bare tombstones, page by page, in no order. For people, not for the sync. */
  listLinks(): AsyncIterable<Link>
  /** Removes the link if the stored one still has its revision; false when somebody changed it meanwhile. */
  deleteLink(link: Link): Promise<boolean>
}

/** The table of links: one partition a record, one item a provider and mode, saved by single conditional writes. */
export function dynamodbLinks(client: DynamoDBClient, tableName: string): ListedLinks {
  return {
    findLinks: (ref) => findLinks(client, tableName, recordKey(ref)),
    saveLink: (link) => saveLink(client, tableName, link),
    findByProviderCustomer: (provider, mode, id) => findByCustomer(client, tableName, provider, mode, id),
    ...dynamodbReservations(client, tableName),
    listLinks: () => listLinks(client, tableName),
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
    // The SDK repeats a call whose answer was lost, and the repetition finds nothing any more.
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

async function* listLinks(client: DynamoDBClient, TableName: string): AsyncGenerator<Link> {
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined
  do {
    const page = await answered(client, () =>
      client.send(
        new ScanCommand({
          TableName,
          ExclusiveStartKey,
          FilterExpression: 'NOT (sk IN (:breaker, :reservation))',
          ExpressionAttributeValues: {
            ':breaker': { S: breakerSortKey },
            ':reservation': { S: reservationSortKey },
          },
        }),
      ),
    )
    yield* (page.Items ?? []).map(fromItem).filter((link) => !isBareTombstone(link))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
}

function toItem({ ref, ...link }: Link): StoredLink {
  const { provider, mode, providerCustomerId } = link
  return {
    pk: recordKey(ref),
    sk: sortKey(link),
    ...(provider &&
      providerCustomerId && { providerCustomer: customerKey(provider, mode, providerCustomerId) }),
    ...refOf(ref),
    ...link,
  }
}

function sortKey({ provider, mode }: Pick<Link, 'provider' | 'mode'>): string {
  return provider === null ? 'record' : `${provider}#${mode}`
}

function fromItem(item: Record<string, AttributeValue>): Link {
  const { pk, sk, writeId, providerCustomer, source, account, recordType, recordId, ...link } = unmarshall(
    item,
  ) as StoredLink
  const ref = { source, account, recordType, recordId }
  return { ...newLink(ref, link.provider, link.mode), ...link }
}

function customerKey(provider: ProviderName, mode: Mode, id: ProviderCustomerId): string {
  return `${provider}#${mode}#${id}`
}
