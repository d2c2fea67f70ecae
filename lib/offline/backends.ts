import { resolve } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { type CreatedResources, createResources } from './create-resources.ts'
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts'
import { startEmbeddedSqs } from './embedded-sqs.ts'
import type { OfflineSettings, Variables } from './environment.ts'
import { resolveIntrinsics } from './intrinsics.ts'
import { type DeclaredResources, readResources } from './resources.ts'
import { startSandboxes } from './sandboxes.ts'
import type { ServerlessService } from './serverless.ts'
import type { StackInfo } from './stack-file.ts'

/** Everything that the functions call: table, queues, sandbox CRMs and providers. */
export type Backends = {
  readonly declared: DeclaredResources
  readonly created: CreatedResources
  readonly sqs: SQSClient
  /** What the functions get; the same names as on AWS. */
  readonly environment: Variables
  readonly info: Omit<StackInfo, 'pid' | 'url' | 'lambdaUrl' | 'logFile'>
  close(): Promise<void>
}

/** Starts them on 127.0.0.1, except those whose endpoints are given, for an HTTP door on `port`. */
export async function startBackends(
  service: ServerlessService,
  settings: OfflineSettings,
  port: number,
  root: string,
): Promise<Backends> {
  const { region } = service.provider
  const publicUrl = `http://127.0.0.1:${port}`
  const [dynamodb, queues, sandboxes] = await Promise.all([
    settings.dynamodbUrl
      ? elsewhere(settings.dynamodbUrl)
      : startEmbeddedDynamodb(dataFolder(settings, root)),
    settings.sqsUrl ? elsewhere(settings.sqsUrl) : startEmbeddedSqs(region),
    startSandboxes({ WEBHOOK_PUBLIC_URL: publicUrl, ...settings.variables }),
  ])
  const credentials = {
    accessKeyId: settings.variables['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: settings.variables['AWS_SECRET_ACCESS_KEY'] ?? '',
  }
  const dynamodbClient = new DynamoDBClient({
    region,
    endpoint: dynamodb.url,
    credentials,
  })
  const sqs = new SQSClient({
    region,
    endpoint: queues.url,
    credentials,
    useQueueUrlAsEndpoint: false,
    md5: false,
  })

  const declared = readResources(service)
  const created = await createResources(declared, {
    dynamodb: dynamodbClient,
    sqs,
  })
  dynamodbClient.destroy()

  const environment: Variables = {
    ...declaredVariables(service, created),
    WEBHOOK_PUBLIC_URL: publicUrl,
    ...settings.variables,
    ...sandboxes.variables,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: queues.url,
  }
  return {
    declared,
    created,
    sqs,
    environment,
    info: {
      dynamodbUrl: dynamodb.url,
      sqsUrl: queues.url,
      region,
      linksTable: environment['LINKS_TABLE'] ?? '',
      changesQueueUrl: environment['CHANGES_QUEUE_URL'] ?? '',
      deadLettersQueueUrl: environment['DEAD_LETTERS_QUEUE_URL'] ?? '',
      manualDeadLettersQueueUrl: environment['MANUAL_DEAD_LETTERS_QUEUE_URL'] ?? '',
      sandboxes: { ...sandboxes.urls },
      environment: { ...environment },
    },
    close: async () => {
      sqs.destroy()
      await Promise.all([dynamodb.close(), queues.close(), sandboxes.close()])
    },
  }
}

const elsewhere = async (url: string) => ({ url, close: async () => {} })

const dataFolder = ({ dataDir }: OfflineSettings, root: string) => dataDir && resolve(root, dataDir)

/** Not set offline: secrets come from the environment, and the URL depends on the port. */
const deployedOnly = new Set(['SECRETS_PATH', 'WEBHOOK_PUBLIC_URL'])

/** `provider.environment` of `serverless.yml`, with tables and queues put in for their logical ids. */
function declaredVariables(service: ServerlessService, { tables, queues }: CreatedResources): Variables {
  const known = (what: string, value: string | undefined) => {
    if (value === undefined)
      throw new Error(`serverless.yml: provider.environment: no table or queue ${what}`)
    return value
  }
  const lookup = {
    ref: (id: string) => known(id, tables[id] ?? queues[id]?.url),
    getAtt: (id: string, attribute: string) =>
      known(`${id}.${attribute}`, attribute === 'Arn' ? queues[id]?.arn : undefined),
  }
  const declared = Object.entries(service.provider.environment ?? {}).filter(
    ([name]) => !deployedOnly.has(name),
  )
  const values = declared.map(([name, value]) => {
    return [name, String(resolveIntrinsics(value, lookup, service.provider.region))]
  })
  return Object.fromEntries(values)
}
