import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { DeclaredQueue, DeclaredResources, DeclaredTable } from './resources.ts'

type CreatedQueue = { readonly url: string; readonly arn: string }
export type CreatedResources = {
  /** By logical id. */
  readonly tables: Readonly<Record<string, string>>
  readonly queues: Readonly<Record<string, CreatedQueue>>
}

/** Creates the declared tables and queues that are missing, exactly as declared; those that exist are left alone. */
export async function createResources(
  declared: DeclaredResources,
  clients: { readonly dynamodb: DynamoDBClient; readonly sqs: SQSClient },
): Promise<CreatedResources> {
  const tables = declared.tables.map(async (table) => {
    return [table.logicalId, await ensureTable(clients.dynamodb, table)] as const
  })
  const queues: Record<string, CreatedQueue> = {}
  for (const queue of deadLettersFirst(declared.queues)) {
    queues[queue.logicalId] = await ensureQueue(clients.sqs, queue, queues)
  }
  return { tables: Object.fromEntries(await Promise.all(tables)), queues }
}

async function ensureTable(dynamodb: DynamoDBClient, { input }: DeclaredTable): Promise<string> {
  const name = input.TableName
  if (!name) throw new Error('serverless.yml: every table needs a TableName')
  if ((await tableStatus(dynamodb, name)) === null) await dynamodb.send(new CreateTableCommand(input))
  while ((await tableStatus(dynamodb, name)) !== 'ACTIVE') await sleep(20)
  return name
}

async function tableStatus(dynamodb: DynamoDBClient, name: string): Promise<string | null> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }))
    return Table?.TableStatus ?? null
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null
    throw error
  }
}

async function ensureQueue(
  sqs: SQSClient,
  queue: DeclaredQueue,
  made: Readonly<Record<string, CreatedQueue>>,
): Promise<CreatedQueue> {
  const url = (await queueUrl(sqs, queue.name)) ?? (await createQueue(sqs, queue, made))
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['QueueArn'],
    }),
  )
  return { url, arn: Attributes?.QueueArn ?? '' }
}

async function queueUrl(sqs: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined
    throw error
  }
}

async function createQueue(
  sqs: SQSClient,
  { name, attributes, redrive }: DeclaredQueue,
  made: Readonly<Record<string, CreatedQueue>>,
): Promise<string> {
  const policy = redrive && {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: made[redrive.to]?.arn,
      maxReceiveCount: redrive.maxReceiveCount,
    }),
  }
  const created = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: { ...attributes, ...policy },
    }),
  )
  if (!created.QueueUrl) throw new Error(`SQS created ${name} but gave no URL`)
  return created.QueueUrl
}

/** A redrive policy needs the ARN of a queue that exists; dead-letter queues have none of their own. */
function deadLettersFirst(queues: readonly DeclaredQueue[]): readonly DeclaredQueue[] {
  return queues.toSorted((a, b) => Number(a.redrive !== null) - Number(b.redrive !== null))
}
