import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'

type Item = Record<string, AttributeValue>
type Version = { readonly at: number; readonly item: Item | null }

/** DynamoDB as far as the adapters use it; an expression it does not know is an error of the simulation. */
export type LinksTable = {
  get(pk: string, sk: string): Item | undefined
  query(pk: string): Item[]
  /** Keys by the index, as it was `lag` milliseconds ago. */
  queryIndex(providerCustomer: string, lag: number): Item[]
  put(item: Item, condition: string | undefined, values: Item | undefined): void
  delete(pk: string, sk: string, condition: string | undefined, values: Item | undefined): void
  scan(): Item[]
}

export function linksTable(now: () => number): LinksTable {
  const items = new Map<string, Version[]>()
  const keyOf = (pk: string, sk: string) => `${pk}\n${sk}`
  const latest = (key: string) => items.get(key)?.at(-1)?.item ?? undefined
  const all = () =>
    [...items.keys()].flatMap((key) => {
      const item = latest(key)
      return item ? [item] : []
    })

  const write = (key: string, item: Item | null) => {
    const versions = items.get(key) ?? []
    versions.push({ at: now(), item })
    items.set(key, versions)
  }
  const check = (key: string, condition: string | undefined, values: Item | undefined) => {
    const stored = latest(key)
    if (holds(stored, condition, values)) return
    throw new ConditionalCheckFailedException({
      message: 'The conditional request failed',
      $metadata: {},
      ...(stored && { Item: stored }),
    })
  }
  return {
    get: (pk, sk) => latest(keyOf(pk, sk)),
    query: (pk) => all().filter((item) => item['pk']?.S === pk),
    queryIndex: (providerCustomer, lag) =>
      [...items.values()].flatMap((versions) => {
        const item = versions.findLast(({ at }) => at <= now() - lag)?.item
        return item?.['providerCustomer']?.S === providerCustomer ? [item] : []
      }),
    put(item, condition, values) {
      const key = keyOf(item['pk']?.S ?? '', item['sk']?.S ?? '')
      check(key, condition, values)
      write(key, item)
    },
    delete(pk, sk, condition, values) {
      const key = keyOf(pk, sk)
      check(key, condition, values)
      write(key, null)
    },
    scan: all,
  }
}

function holds(item: Item | undefined, condition: string | undefined, values: Item = {}): boolean {
  if (condition === undefined) return true
  if (condition === 'attribute_not_exists(pk)') return item === undefined
  if (condition === 'revision = :revision') return item?.['revision']?.N === values[':revision']?.N
  if (condition === '#owner = :instead') return item?.['owner']?.S === values[':instead']?.S
  throw new Error(`the simulated table does not know the condition ${condition}`)
}
