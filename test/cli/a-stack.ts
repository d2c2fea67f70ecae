import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { sqsChangeQueue } from '../../lib/aws/change-queue.ts'
import { dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks, type ListedLinks } from '../../lib/aws/customer-links.ts'
import { sqsDeadLetterQueue } from '../../lib/aws/dead-letter-queue.ts'
import type { CustomerChange } from '../../lib/core/model/change.ts'
import type { DeadLetterQueue } from '../../lib/core/ports/queues.ts'
import { type StackInfo, writeStackFile } from '../../lib/offline/stack-file.ts'
import { createFifoQueue, createLinksTable, testAws } from '../support/embedded.ts'
import type { Ran } from '../support/run-node.ts'
import { runCommand, startCommand } from './run-command.ts'

export type TestStack = {
  readonly info: StackInfo
  readonly listedQueueUrl: string
  readonly links: ListedLinks
  readonly deadLetters: DeadLetterQueue
  readonly sqs: SQSClient
  /** Puts a change on the queue of changes. */
  sendChange(change: CustomerChange): Promise<void>
  run(command: string, ...args: string[]): Promise<Ran>
  /** The same in a process of its own, to send it a signal. */
  start(onStart: (child: ChildProcess) => void, command: string, ...args: string[]): Promise<Ran>
  close(): void
}

/** A table and queues of its own that the commands take for the stack of `npm start`. */
export async function aStack(given: Partial<StackInfo> = {}): Promise<TestStack> {
  const { region, dynamodbEndpoint = '', sqsEndpoint = '' } = testAws()
  const listedQueueUrl = await createFifoQueue()
  const info: StackInfo = {
    pid: process.pid,
    url: 'http://127.0.0.1:1',
    lambdaUrl: 'http://127.0.0.1:1',
    dynamodbUrl: dynamodbEndpoint,
    sqsUrl: sqsEndpoint,
    region,
    linksTable: await createLinksTable(),
    changesQueueUrl: await createFifoQueue(),
    deadLettersQueueUrl: await createFifoQueue(),
    manualDeadLettersQueueUrl: await createFifoQueue(),
    sandboxes: {},
    ...given,
    environment: { LISTED_QUEUE_URL: listedQueueUrl, ...given.environment },
  }
  // Not a port that anybody listens on: a name for the file that commands find the stack by.
  const port = randomInt(10_000, 65_000)
  const removeStackFile = writeStackFile(port, info)
  const dynamodb = dynamodbClient(testAws())
  const sqs = sqsClient(testAws())
  return {
    info,
    listedQueueUrl,
    links: dynamodbLinks(dynamodb, info.linksTable),
    deadLetters: sqsDeadLetterQueue(sqs, {
      deadLetters: info.deadLettersQueueUrl,
      manualDeadLetters: info.manualDeadLettersQueueUrl,
    }),
    sqs,
    sendChange: (change) => sqsChangeQueue(sqs, info.changesQueueUrl).send([change]),
    run: (command, ...args) => runCommand(command, args, { PORT: String(port) }),
    start: (onStart, command, ...args) => startCommand(command, args, { PORT: String(port) }, onStart),
    close: () => {
      removeStackFile()
      dynamodb.destroy()
      sqs.destroy()
    },
  }
}
