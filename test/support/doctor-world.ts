import { randomInt, randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { createResources } from '../../lib/offline/create-resources.ts'
import { openDoor } from '../../lib/offline/door/http-door.ts'
import type { DeclaredResources } from '../../lib/offline/resources.ts'
import { type RunningSandbox, startSandbox } from '../../lib/offline/sandbox/server.ts'
import { type StackInfo, writeStackFile } from '../../lib/offline/stack-file.ts'
import { examine } from '../../lib/operator/doctor/doctor.ts'
import type { Finding } from '../../lib/operator/doctor/subject/finding.ts'
import { readTemplate } from '../../lib/operator/doctor/subject/template.ts'
import { projectRoot } from '../../lib/operator/stage/project-root.ts'
import { offlineProviders } from '../../lib/providers/offline.ts'
import { offlineSources } from '../../lib/sources/offline.ts'
import { testAws } from './embedded.ts'

const halves = [...Object.values(offlineProviders), ...Object.values(offlineSources)]

/** Made-up and unique, so that nothing else of the test run answers to them. */
export const secrets: Readonly<Record<string, string>> = Object.assign(
  { SEALING_KEYS: Buffer.from('sealing key of the doctor tests.').toString('base64') },
  ...halves.map((half) => half.secrets),
  { NOTCHPAY_PUBLIC_KEY: 'pk_test_doctor', WOOSHPAY_SECRET_KEY: 'sk_test_doctor' },
)

/** The table and the queues of serverless.yml for a stage, on the embedded services. */
async function createStage(declared: DeclaredResources) {
  const { region, dynamodbEndpoint = '', sqsEndpoint = '' } = testAws()
  const dynamodb = new DynamoDBClient({ region, endpoint: dynamodbEndpoint })
  const sqs = new SQSClient({ region, endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false, md5: false })
  const created = await createResources(declared, { dynamodb, sqs })
  const urlOf = (id: string) => created.queues[id]?.url ?? ''
  return {
    dynamodb,
    sqs,
    linksTable: created.tables['LinksTable'] ?? '',
    changesQueueUrl: urlOf('ChangesQueue'),
    deadLettersQueueUrl: urlOf('DeadLettersQueue'),
    manualDeadLettersQueueUrl: urlOf('ManualDeadLettersQueue'),
    listedQueueUrl: urlOf('ListedQueue'),
  }
}

/**
 * What `npm start` runs, as far as the doctor can see, in this process: the door with the real function, sandbox APIs, and a
 * table and queues as declared. One per test file, because the function reads its environment once.
 */
export async function startDoctorWorld() {
  const stage = `doctor${randomUUID().slice(0, 8)}`
  const template = readTemplate(projectRoot, stage)
  const { dynamodb, sqs, listedQueueUrl, ...resources } = await createStage(template)
  const door = await openDoor(0)
  const sandboxes: Record<string, RunningSandbox> = {}
  const addresses: Record<string, string> = {}
  for (const [variable, { isDefault, create }] of halves.flatMap((half) => Object.entries(half.sandboxes))) {
    if (!isDefault) continue
    const sandbox = await startSandbox(create({ ...secrets, WEBHOOK_PUBLIC_URL: door.url }))
    sandboxes[sandbox.name] = sandbox
    addresses[variable] = sandbox.url
  }
  const { region, dynamodbEndpoint = '', sqsEndpoint = '' } = testAws()
  const environment: Record<string, string> = {
    LINKS_TABLE: resources.linksTable,
    CHANGES_QUEUE_URL: resources.changesQueueUrl,
    DEAD_LETTERS_QUEUE_URL: resources.deadLettersQueueUrl,
    MANUAL_DEAD_LETTERS_QUEUE_URL: resources.manualDeadLettersQueueUrl,
    LISTED_QUEUE_URL: listedQueueUrl,
    WEBHOOK_PUBLIC_URL: door.url,
    ...addresses,
  }
  Object.assign(process.env, secrets, environment, {
    LOG_LEVEL: 'ERROR',
    POWERTOOLS_METRICS_DISABLED: 'true',
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
  })
  const { handler } = await import('../../functions/receive-webhook.ts')
  door.serve(
    [
      { key: 'ANY /webhooks/{source}', functionName: 'receiveWebhook' },
      { key: 'GET /health', functionName: 'receiveWebhook' },
    ],
    {
      functionNames: ['receiveWebhook'],
      load: async () => {},
      reload: () => {},
      invoke: async (_, event) => ({ failed: false, answer: await handler(event as APIGatewayProxyEventV2) }),
      close: async () => {},
    },
    () => {},
  )

  const info: StackInfo = {
    ...resources,
    pid: process.pid,
    url: door.url,
    lambdaUrl: 'http://127.0.0.1:1',
    dynamodbUrl: dynamodbEndpoint,
    sqsUrl: sqsEndpoint,
    region,
    sandboxes: Object.fromEntries(Object.entries(sandboxes).map(([name, { url }]) => [name, url])),
    environment: { ...environment, ...secrets },
  }
  // Not a port that anybody listens on: a name for the file that the doctor finds the stack by.
  const port = randomInt(10_000, 65_000)
  process.env['PORT'] = String(port)
  let removeStackFile = () => {}

  return {
    stage,
    port,
    template,
    info,
    sandboxes,
    environment,
    dynamodb,
    sqs,
    /** Changes what the stack file says, until it is changed again. */
    restart({ environment: variables = {}, ...changes }: Partial<StackInfo> = {}) {
      const changed = { ...info.environment, ...variables }
      removeStackFile = writeStackFile(port, { ...info, ...changes, environment: changed }, projectRoot)
    },
    async close() {
      removeStackFile()
      dynamodb.destroy()
      sqs.destroy()
      await Promise.all([door.close(), ...Object.values(sandboxes).map((sandbox) => sandbox.close())])
    },
  }
}
export type DoctorWorld = Awaited<ReturnType<typeof startDoctorWorld>>

/** What the doctor finds wrong: check → finding and fix. */
export async function problems(options: Parameters<typeof examine>[0] = {}) {
  return problemsIn(await examine(options))
}

export function problemsIn(findings: readonly Finding[]): Record<string, readonly [string, string | null]> {
  return Object.fromEntries(
    findings.filter(({ ok }) => !ok).map(({ check, finding, fix }) => [check, [finding, fix] as const]),
  )
}
