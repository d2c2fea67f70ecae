import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { recordKey } from '../core/model/change.ts'
import type { Link } from '../core/model/link.ts'
import { answered } from './guarded-table.ts'
import { fromItem, sortKey } from './link-item.ts'
import { isListed, onlyLinks } from './listed-links.ts'

/** All that is given must match. */
export type LinkFilter = {
  readonly source?: string | undefined
  readonly provider?: string | undefined
  readonly state?: string | undefined
  readonly recordId?: string | undefined
  /** Only links whose last change failed. */
  readonly isFailing?: boolean | undefined
}

export type LinkPage = {
  readonly links: readonly Link[]
  /** Where the next page begins; null after the last one. */
  readonly cursor: string | null
  /** Items of the table that were looked at. */
  readonly seen: number
}

/** Items that a scan reads at once when only some of them are wanted. */
const itemsPerScan = 1000

type Key = Record<string, AttributeValue>

/**
 * Up to `size` links from `cursor` on, in the order of the table. Where few links match, returns early with fewer of them (or
 * none) once `budgetMs` have passed. Throws a BadCursor for a text that is no cursor.
 */
export async function readLinkPage(
  client: DynamoDBClient,
  TableName: string,
  {
    filter = {},
    cursor = null,
    size,
    budgetMs,
  }: {
    readonly filter?: LinkFilter
    readonly cursor?: string | null
    readonly size: number
    readonly budgetMs: number
  },
): Promise<LinkPage> {
  const deadline = Date.now() + budgetMs
  const found: Link[] = []
  let seen = 0
  let key = cursor === null ? undefined : readCursor(cursor)
  do {
    const isNarrow = Object.values(filter).some((value) => value !== undefined)
    const page = await answered(client, () =>
      client.send(
        new ScanCommand({
          TableName,
          ExclusiveStartKey: key,
          Limit: isNarrow ? itemsPerScan : size * 2,
          ...filterExpression(filter),
        }),
      ),
    )
    seen += page.ScannedCount ?? 0
    found.push(...(page.Items ?? []).map(fromItem).filter(isListed))
    key = page.LastEvaluatedKey
  } while (key && found.length < size && Date.now() < deadline)
  const links = found.slice(0, size)
  const last = links.at(-1)
  const isCut = found.length > size && last
  return { links, cursor: isCut ? writeCursor(keyOf(last)) : key ? writeCursor(key) : null, seen }
}

/** A text that `readLinkPage` did not return as a cursor. */
export class BadCursor extends Error {}

const cursorSchema = z.strictObject({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) })

function readCursor(text: string): Key {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch (cause) {
    throw new BadCursor('this is no cursor of a page of links', { cause })
  }
}

function writeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

function keyOf(link: Link): Key {
  return { pk: { S: recordKey(link.ref) }, sk: { S: sortKey(link) } }
}

function filterExpression({ isFailing, ...wanted }: LinkFilter) {
  const equal = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const conditions = [
    onlyLinks.condition,
    ...equal.map(([name]) => `#${name} = :${name}`),
    ...(isFailing ? ['attribute_type(#failure, :map)'] : []),
  ]
  const names = [...equal.map(([name]) => name), ...(isFailing ? ['failure'] : [])]
  return {
    FilterExpression: conditions.join(' AND '),
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    }),
    ExpressionAttributeValues: {
      ...onlyLinks.values,
      ...Object.fromEntries(equal.map(([name, value]) => [`:${name}`, { S: value }])),
      ...(isFailing && { ':map': { S: 'M' } }),
    },
  }
}
