import { once } from 'node:events'
import { join } from 'node:path'
import { dynamodbClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks } from '../../lib/aws/customer-links.ts'
import type { RecordRef } from '../../lib/core/model/change.ts'
import { newLink } from '../../lib/core/model/link.ts'
import { readStackFile, type StackInfo } from '../../lib/offline/stack-file.ts'
import { localDoor } from '../../lib/operator/samples/find-door.ts'
import { loadRecords } from '../../lib/operator/samples/load-records.ts'
import { postSamples } from '../../lib/operator/samples/post-samples.ts'
import { findSamples } from '../../lib/operator/samples/samples.ts'
import { stageOfStack } from '../../lib/operator/stage/local-stage.ts'
import { waitUntilIdle } from '../../lib/operator/stage/wait-until-idle.ts'
import { root, run, untilReady } from '../offline/run-stack.ts'

export type RunningConsole = {
  /** As `npm start` printed it. */
  readonly url: string
  readonly stack: StackInfo
  /** Sends samples of `events/`, with the records that they need, and waits for all but those that wait for a retry. */
  send(...samples: string[]): Promise<void>
  /** Saves a link for which a person has to choose one of the candidates. */
  saveUndecided(ref: RecordRef, candidates: readonly string[]): Promise<void>
  /** Customers in the sandbox of WooshPay, by their ids. */
  customerIds(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A local stack with its console. */
export async function startRunningConsole(): Promise<RunningConsole> {
  const stack = run([join(root, 'lib/cli/main.ts'), 'start'], {
    PORT: '0',
    CONSOLE_PORT: '0',
    // Dead letters stay where the tests find them.
    RETRY_DEAD_LETTERS: 'false',
    npm_lifecycle_event: 'start',
  })
  const port = Number(new URL(await untilReady(stack)).port)
  const info = readStackFile(port, root)
  const line = stack.lines.find((it) => it.startsWith('console: ')) ?? ''
  if (!info) throw new Error('the stack wrote no file')
  const dynamodb = dynamodbClient({
    region: info.region,
    dynamodbEndpoint: info.dynamodbUrl,
    sqsEndpoint: info.sqsUrl,
  })
  const { sqs, dynamodb: unused } = stageOfStack(info)
  unused.destroy()
  return {
    url: line.slice('console: '.length),
    stack: info,
    async send(...names) {
      const samples = findSamples(names.map((name) => join(root, 'events', name)))
      await loadRecords(samples, info)
      await postSamples(samples, localDoor(info))
      await waitUntilIdle(sqs, info.changesQueueUrl, { withinMs: 4000, pollMs: 100 })
    },
    async saveUndecided(ref, candidates) {
      const link = { ...newLink(ref, 'wooshpay', 'test'), state: 'undecided' as const, candidates }
      await dynamodbLinks(dynamodb, info.linksTable).saveLink(link)
    },
    async customerIds() {
      const response = await fetch(`${info.sandboxes['wooshpay']}/_sandbox/records`)
      const customers = (await response.json()) as readonly { readonly id: string }[]
      return customers.map(({ id }) => id)
    },
    async close() {
      dynamodb.destroy()
      sqs.destroy()
      stack.process.kill('SIGINT')
      if (stack.process.exitCode === null) await once(stack.process, 'close')
    },
  }
}
