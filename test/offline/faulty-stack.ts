import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { dynamodbClient, sqsClient } from '../../lib/aws/clients.ts'
import { dynamodbLinks, type ListedLinks } from '../../lib/aws/customer-links.ts'
import { createResources } from '../../lib/offline/create-resources.ts'
import type { RunningSandbox } from '../../lib/offline/sandbox/server.ts'
import { startSandbox } from '../../lib/offline/sandbox/server.ts'
import { sweepLeftovers } from '../../lib/offline/sweep.ts'
import { notchpaySandbox } from '../../lib/providers/notchpay/sandbox.ts'
import { wooshpaySandbox } from '../../lib/providers/wooshpay/sandbox.ts'
import { hubspotSandbox } from '../../lib/sources/hubspot/sandbox.ts'
import { ownEnvironment } from './own-environment.ts'

export const root = join(__dirname, '../..')
const region = 'us-east-1'
const names = { table: 'crm-pay-sync-dev-links', queue: 'crm-pay-sync-dev-changes.fifo' }

export const secrets = {
  NOTCHPAY_PUBLIC_KEY: 'pk_test_faults',
  WOOSHPAY_SECRET_KEY: 'sk_test_faults',
  HUBSPOT_ACCESS_TOKEN: 'pat-faults',
  HUBSPOT_CLIENT_SECRET: 'client-secret-faults',
  STANDARD_WEBHOOKS_SECRET: 'whsec_c3RhbmRhcmQtd2ViaG9va3MtZm9yLWZhdWx0cw==',
}

/** Tries that count before a change is given up. */
export const attempts = 6

/** Short waits, so that what has to come back does so while somebody watches. */
const settings = {
  CLAIM_LEASE_SECONDS: '1',
  RETRY_BASE_SECONDS: '1',
  RETRY_MAX_SECONDS: '2',
  RETRY_ATTEMPTS: String(attempts),
  LOG_LEVEL: 'INFO',
}

/** How soon the queue gives out again what a killed function had taken. */
const visibilitySeconds = 5

export type Surroundings = {
  readonly notchpay: RunningSandbox
  readonly wooshpay: RunningSandbox
  readonly hubspot: RunningSandbox
  readonly links: ListedLinks
  /** True when no message waits, none is worked on and none will come back. */
  isQueueEmpty(): Promise<boolean>
  deadLetters(): Promise<readonly string[]>
  startStack(): Promise<FaultyStack>
  close(): Promise<void>
}

export type FaultyStack = {
  readonly pid: number
  readonly url: string
  readonly lines: readonly string[]
  /** As the machine's power would fail: nothing in it gets a last word. */
  kill(): Promise<void>
}

/** Table, queues, providers and CRM outside the stack's process, so that they outlive it. */
export async function startSurroundings(): Promise<Surroundings> {
  const services = spawn(process.execPath, [join(root, 'test/support/embedded-services.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(services.stdout, 'data')
  const { dynamodb: dynamodbEndpoint, sqs: sqsEndpoint } = JSON.parse(String(line))
  const dynamodb = dynamodbClient({ region, dynamodbEndpoint })
  const sqs = sqsClient({ region, sqsEndpoint })
  const { queues } = await createResources(declaredQueues(), { dynamodb, sqs })
  const urlOf = (id: string) => queues[id]?.url ?? ''
  const queueUrl = urlOf('ChangesQueue')
  const notchpay = await startSandbox(notchpaySandbox({ publicKey: secrets.NOTCHPAY_PUBLIC_KEY }))
  const wooshpay = await startSandbox(wooshpaySandbox({ secretKey: secrets.WOOSHPAY_SECRET_KEY }))
  const hubspot = await startSandbox(hubspotSandbox({ accessToken: secrets.HUBSPOT_ACCESS_TOKEN }))
  const environment = {
    ...settings,
    ...secrets,
    PORT: '0',
    WEBHOOK_PUBLIC_URL: publicUrl,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    NOTCHPAY_API_URL: notchpay.url,
    WOOSHPAY_API_URL: wooshpay.url,
    HUBSPOT_API_URL: hubspot.url,
  }
  const stacks: FaultyStack[] = []
  return {
    notchpay,
    wooshpay,
    hubspot,
    links: dynamodbLinks(dynamodb, names.table),
    async isQueueEmpty() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      )
      const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
      return counts.every((name) => Attributes[name] === '0')
    },
    async deadLetters() {
      const all: string[] = []
      for (const QueueUrl of [urlOf('DeadLettersQueue'), urlOf('ManualDeadLettersQueue')]) {
        for (let isEmpty = false; !isEmpty; ) {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
          )
          all.push(...Messages.map(({ Body }) => String(Body)))
          isEmpty = Messages.length === 0
        }
      }
      return all
    },
    async startStack() {
      const stack = await startStack(environment)
      stacks.push(stack)
      return stack
    },
    async close() {
      await Promise.all(stacks.map((stack) => stack.kill()))
      dynamodb.destroy()
      sqs.destroy()
      await Promise.all([notchpay, wooshpay, hubspot].map((sandbox) => sandbox.close()))
      services.stdin.end()
      sweepLeftovers(root)
    },
  }
}

export const publicUrl = 'https://hooks.example.com'

/** The declared queues, but with a short visibility: the stack leaves alone what it finds. */
function declaredQueues() {
  const fifo = { FifoQueue: 'true', VisibilityTimeout: String(visibilitySeconds) }
  return {
    tables: [],
    eventSources: [],
    queues: [
      {
        logicalId: 'DeadLettersQueue',
        name: 'crm-pay-sync-dev-changes-dlq.fifo',
        attributes: fifo,
        redrive: null,
      },
      {
        logicalId: 'ManualDeadLettersQueue',
        name: 'crm-pay-sync-dev-changes-dlq-manual.fifo',
        attributes: fifo,
        redrive: null,
      },
      {
        logicalId: 'ChangesQueue',
        name: names.queue,
        attributes: fifo,
        redrive: { to: 'DeadLettersQueue', maxReceiveCount: 100 },
      },
    ],
  }
}

async function startStack(environment: Record<string, string>): Promise<FaultyStack> {
  const child = spawn(process.execPath, ['lib/cli/main.ts', 'start'], {
    cwd: root,
    env: { ...ownEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  }
  const url = await untilReady(child, lines)
  let killed: Promise<void> | undefined
  return { pid: child.pid ?? 0, url, lines, kill: () => (killed ??= kill(child)) }
}

async function untilReady(child: ChildProcess, lines: readonly string[]): Promise<string> {
  while (child.exitCode === null && child.signalCode === null) {
    const ready = lines.find((line) => line.startsWith('ready: '))
    if (ready) return ready.slice('ready: '.length)
    await sleep(20)
  }
  throw new Error(`the stack ended: ${lines.join('\n')}`)
}

/** Kills with SIGKILL. The next start sweeps what is left. */
async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close')
  process.kill(-(child.pid ?? 0), 'SIGKILL')
  await ended
}

/** Waits for what must come about; fails with `what` after a time that no machine needs. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 180_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await sleep(100)
  }
}
