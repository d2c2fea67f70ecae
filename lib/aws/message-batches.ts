import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { inParallel, inRunsOf } from '../support/in-parallel.ts'
import { answered, mostCalls } from './change-queue.ts'

/** The id and the receipt handle of a received message. */
export type Receipt = readonly [messageId: string, handle: string]

/** The limit of SQS for one batch. */
const batchSize = 10

/** Sets the visibility timeout in seconds, 0 to release. Returns the messages whose receipt handle is no longer valid. */
export function changeVisibility(
  client: SQSClient,
  QueueUrl: string,
  receipts: readonly Receipt[],
  VisibilityTimeout: number,
): Promise<readonly Receipt[]> {
  return inBatches(client, receipts, async (batch) => {
    const Entries = batch.map((entry) => ({ ...entry, VisibilityTimeout }))
    const answer = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    return answer.Failed?.filter(({ SenderFault }) => SenderFault)
  })
}

/** Deletes messages, trying twice. Returns those that could not be deleted. */
export async function deleteMessages(
  client: SQSClient,
  QueueUrl: string,
  receipts: readonly Receipt[],
): Promise<readonly Receipt[]> {
  const once = (some: readonly Receipt[]) =>
    inBatches(client, some, async (Entries) => {
      return (await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).Failed
    })
  return once(await once(receipts))
}

type BatchEntry = { readonly Id: string; readonly ReceiptHandle: string }

async function inBatches(
  client: SQSClient,
  receipts: readonly Receipt[],
  call: (entries: BatchEntry[]) => Promise<readonly BatchResultErrorEntry[] | undefined>,
): Promise<readonly Receipt[]> {
  const failed: Receipt[] = []
  await inParallel(inRunsOf(batchSize, receipts), mostCalls, async (batch) => {
    const entries = batch.map(([, ReceiptHandle], index) => ({ Id: String(index), ReceiptHandle }))
    const failures = (await answered(client, () => call(entries))) ?? []
    failed.push(...failures.flatMap(({ Id }) => (batch[Number(Id)] ? [batch[Number(Id)] as Receipt] : [])))
  })
  return failed
}
