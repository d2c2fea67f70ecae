import { setTimeout as sleep } from 'node:timers/promises'
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { sqsClient } from '../../../lib/aws/clients.ts'
import { startEventSourceMapping } from '../../../lib/offline/event-source-mapping.ts'
import type { Invocation } from '../../../lib/offline/partial-batch-response.ts'
import { type Bundle, fileOf } from '../world/bundles.ts'
import { samplesOf } from '../world/kinds.ts'
import { webhookEvent } from '../world/messages.ts'
import { type RunningBundle, runFunction } from '../world/run-function.ts'
import { countCustomers } from '../world/sandbox.ts'
import { startServices } from '../world/services.ts'

/** What became of new customers whose functions are killed while they work. */
export type KillFigures = {
  readonly changes: number
  readonly kills: number
  readonly settled: number
  readonly lost: number
  readonly duplicates: number
  readonly seconds: number
}

const pollers = 4
const killEveryMs = 400
const killForMs = 12_000
const limitMs = 120_000
/** In seconds, so that the run does not take six minutes; deployed, the times are 360 and 75. */
const visibilitySeconds = 10
const leaseSeconds = 8

/** Accepts the changes, then ends the processes of the sync function with SIGKILL again and again while they work. */
export async function measureKills(bundles: readonly Bundle[], changes: number): Promise<KillFigures> {
  const { services, close } = await startServices()
  const queueUrl = services.variables['CHANGES_QUEUE_URL'] ?? ''
  const sqs = sqsClient({
    region: 'us-east-1',
    sqsEndpoint: services.sqs,
    requestTimeoutMs: 30_000,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  })
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: { VisibilityTimeout: String(visibilitySeconds) },
    }),
  )
  const door = await runFunction(fileOf(bundles, 'receiveWebhook'), services.variables)
  await door.invoke(samplesOf('created', 0, changes).map(webhookEvent))
  const host = await killableFunction(fileOf(bundles, 'syncCustomer'), {
    ...services.variables,
    CLAIM_LEASE_SECONDS: String(leaseSeconds),
  })
  const source = {
    functionName: 'syncCustomer',
    queue: 'ChangesQueue',
    batchSize: 10,
    maximumConcurrency: pollers,
    reportsBatchItemFailures: true,
    timeoutSeconds: 60,
  }
  const startedAt = Date.now()
  const arn = 'arn:aws:sqs:us-east-1:000000000000:changes.fifo'
  const mapping = startEventSourceMapping(source, { url: queueUrl, arn }, sqs, host.invoke, () => {})
  while (Date.now() - startedAt < killForMs) {
    await sleep(killEveryMs)
    await host.kill()
  }
  let settled = 0
  while (settled < changes && Date.now() - startedAt < limitMs) {
    await sleep(500)
    settled = host.settled()
  }
  const { customers, people } = await countCustomers(services)
  await mapping.stop(2000)
  for (const each of [door, host, { close }]) each.close()
  sqs.destroy()
  return {
    changes,
    kills: host.kills(),
    settled,
    lost: changes - people,
    duplicates: customers - people,
    seconds: Math.round((Date.now() - startedAt) / 1000),
  }
}

/** One process at a time. An invocation whose process is killed has failed, as Lambda reports it. */
async function killableFunction(file: string, variables: Readonly<Record<string, string>>) {
  let running: Promise<RunningBundle> = runFunction(file, variables)
  let kills = 0
  let settled = 0
  await running
  return {
    async invoke(event: unknown): Promise<Invocation> {
      try {
        const { answer } = await (await running).invoke([event])
        const [response] = answer as [{ batchItemFailures: readonly unknown[] }]
        settled += (event as { Records: unknown[] }).Records.length - response.batchItemFailures.length
        return { failed: false, answer: response }
      } catch {
        return { failed: true, errorType: 'Runtime.ExitError', reason: 'the process was killed' }
      }
    },
    async kill() {
      const killed = await running
      running = runFunction(file, variables)
      killed.kill()
      kills += 1
      await running
    },
    kills: () => kills,
    settled: () => settled,
    close: () => void running.then((it) => it.close()),
  }
}
