import type { SQSClient } from '@aws-sdk/client-sqs'
import { sqsChangeQueue } from '../../aws/change-queue.ts'
import { dynamodbClient, sqsClient } from '../../aws/clients.ts'
import { dynamodbLinks, type ListedLinks } from '../../aws/customer-links.ts'
import { sqsDeadLetters } from '../../aws/dead-letters.ts'
import type { DeadLetters } from '../../core/dead-letters/dead-letter.ts'
import type { ProviderName } from '../../core/model/provider.ts'
import type { RedriveQueue } from '../../core/ports/queues.ts'
import type { LedgerEntry } from '../../offline/sandbox/sandbox.ts'
import type { StackInfo } from '../../offline/stack-file.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { countAllMessages, waitUntilIdle } from '../../operator/stage/wait-until-idle.ts'
import { offlineProviders } from '../../providers/offline.ts'
import { providerNames } from '../../providers/registry.ts'

/** What the demo observes: the table, the queues, and the customers and requests of the providers. */
export type DemoWorld = {
  readonly links: ListedLinks
  readonly queue: RedriveQueue
  readonly deadLetters: DeadLetters
  countDeadLetters(): Promise<number>
  /** Resolves when nothing waits or is being worked on. */
  untilIdle(): Promise<void>
  customers(): Promise<readonly ProviderCustomer[]>
  /** How many creates reached a provider so far. */
  creates(): Promise<number>
}

export type ProviderCustomer = { readonly provider: ProviderName; readonly [field: string]: unknown }

const idleWithinMs = 30_000
const pollMs = 25

export function openWorld(info: StackInfo): DemoWorld {
  const settings = { region: info.region, dynamodbEndpoint: info.dynamodbUrl, sqsEndpoint: info.sqsUrl }
  const sqs = sqsClient(settings)
  const links = dynamodbLinks(dynamodbClient(settings), info.linksTable)
  const { changesQueueUrl } = info
  const deadLetterUrls = [info.deadLettersQueueUrl, info.manualDeadLettersQueueUrl]
  return {
    links,
    queue: sqsChangeQueue(sqs, changesQueueUrl),
    deadLetters: sqsDeadLetters(sqs, deadLetterUrls),
    countDeadLetters: async () => {
      const counts = await Promise.all(deadLetterUrls.map((url) => countAllMessages(sqs, url)))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    untilIdle: () => untilIdle(sqs, changesQueueUrl),
    customers: async () => (await Promise.all(providerNames.map((name) => readCustomers(info, name)))).flat(),
    creates: async () => {
      const counts = await Promise.all(providerNames.map((name) => countCreates(info, name)))
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}

async function untilIdle(sqs: SQSClient, queueUrl: string): Promise<void> {
  const left = await waitUntilIdle(sqs, queueUrl, { withinMs: idleWithinMs, pollMs })
  if (left > 0) throw new CommandFailed(`${left} changes still on the queue after ${idleWithinMs / 1000} s`)
}

async function readCustomers({ sandboxes }: StackInfo, provider: ProviderName): Promise<ProviderCustomer[]> {
  const records = await readSandbox<Record<string, unknown>[]>(sandboxes[provider], 'records')
  return records.map((record) => ({ ...record, provider }))
}

async function countCreates({ sandboxes }: StackInfo, provider: ProviderName): Promise<number> {
  const ledger = await readSandbox<LedgerEntry[]>(sandboxes[provider], 'requests')
  const created = offlineProviders[provider]?.createPath
  return ledger.filter(({ method, path }) => method === 'POST' && path === created).length
}

async function readSandbox<T>(url: string | undefined, what: 'records' | 'requests'): Promise<T> {
  const response = await fetch(`${url}/_sandbox/${what}`)
  if (!response.ok) throw new CommandFailed(`a sandbox did not return its ${what} (${response.status})`)
  return (await response.json()) as T
}
