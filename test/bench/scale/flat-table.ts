import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Attribute = { readonly S?: string; readonly N?: string }
type Item = Readonly<Record<string, Attribute>>
type Request = {
  readonly Key?: Item
  readonly Item?: Item
  readonly ConditionExpression?: string
  readonly ExpressionAttributeValues?: Item
}

/**
 * A table whose operations cost the same at any size, unlike those of the embedded one: as far as the functions use
 * DynamoDB. An operation or condition that it does not know is an error.
 */
export async function startFlatTable(): Promise<{ readonly url: string; close(): void }> {
  const partitions = new Map<string, Map<string, Item>>()
  const text = (attribute: Attribute | undefined) => attribute?.S ?? ''
  const find = (key: Item | undefined) => partitions.get(text(key?.['pk']))?.get(text(key?.['sk']))

  const put = ({ Item = {}, ConditionExpression, ExpressionAttributeValues }: Request): object => {
    const stored = find(Item)
    if (!holds(stored, ConditionExpression, ExpressionAttributeValues)) {
      return { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', Item: stored }
    }
    const pk = text(Item['pk'])
    const items = partitions.get(pk) ?? new Map<string, Item>()
    partitions.set(pk, items.set(text(Item['sk']), Item))
    return {}
  }
  const operations: Readonly<Record<string, (request: Request) => object>> = {
    GetItem: ({ Key }) => ({ Item: find(Key) }),
    PutItem: put,
    Query: ({ ExpressionAttributeValues: values }) => ({
      Items: [...(partitions.get(text(values?.[':pk']))?.values() ?? [])],
    }),
  }
  const server = createServer(async (req, res) => {
    const body = Buffer.concat(await Array.fromAsync(req as AsyncIterable<Buffer>))
    const name = String(req.headers['x-amz-target']).split('.').at(-1) ?? ''
    const operation = operations[name]
    const answer = operation ? operation(JSON.parse(body.toString('utf8'))) : { __type: `unknown#${name}` }
    res.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' })
    res.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function holds(stored: Item | undefined, condition: string | undefined, values: Item = {}): boolean {
  if (condition === undefined) return true
  if (condition === 'attribute_not_exists(pk)') return stored === undefined
  if (condition === 'revision = :revision') return stored?.['revision']?.N === values[':revision']?.N
  throw new Error(`unknown condition ${condition}`)
}
