/** Read and write request units of DynamoDB. */
export type Capacity = { readonly readUnits: number; readonly writeUnits: number }

type Attribute = { readonly S?: string }
type Answer = {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number }
  readonly Attributes?: Readonly<Record<string, Attribute>>
}
type PutRequest = { readonly Item?: Readonly<Record<string, Attribute>> }

const reads = new Set(['GetItem', 'Query', 'Scan'])
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem'])

/** The request with which the embedded table also tells what it consumed, and which item a put replaced. */
export function measuringCapacity(operation: string, body: Buffer): Buffer {
  if (!reads.has(operation) && !writes.has(operation)) return body
  const measured = { ...JSON.parse(body.toString('utf8')), ReturnConsumedCapacity: 'TOTAL' }
  if (operation === 'PutItem') measured.ReturnValues = 'ALL_OLD'
  return Buffer.from(JSON.stringify(measured))
}

/**
 * What DynamoDB would charge. A write whose condition fails costs a write, too. The embedded table does not count the writes
 * of its index, so they are counted here: one when its key appears or disappears, two when it changes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function capacityOf(operation: string, body: Buffer, status: number, answered: Buffer): Capacity {
  const isWrite = writes.has(operation)
  if (!isWrite && !reads.has(operation)) return { readUnits: 0, writeUnits: 0 }
  const answer = JSON.parse(answered.toString('utf8')) as Answer
  if (status !== 200) return { readUnits: 0, writeUnits: isWrite ? 1 : 0 }
  const units = answer.ConsumedCapacity?.CapacityUnits ?? 0
  if (!isWrite) return { readUnits: Math.max(leastOf(body), units), writeUnits: 0 }
  return { readUnits: 0, writeUnits: units + (operation === 'PutItem' ? indexWrites(body, answer) : 0) }
}

/** The embedded table charges nothing for what is not there. */
function leastOf(body: Buffer): number {
  const { ConsistentRead } = JSON.parse(body.toString('utf8')) as { readonly ConsistentRead?: boolean }
  return ConsistentRead ? 1 : 0.5
}

function indexWrites(body: Buffer, { Attributes }: Answer): number {
  const { Item } = JSON.parse(body.toString('utf8')) as PutRequest
  const before = Attributes?.['providerCustomer']?.S
  const after = Item?.['providerCustomer']?.S
  if (before === after) return 0
  return before === undefined || after === undefined ? 1 : 2
}
