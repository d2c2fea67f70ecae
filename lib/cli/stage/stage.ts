import { fileURLToPath } from 'node:url'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { type SecretScope, secretScopes } from '../../adapters.ts'
import { type AwsSettings, dynamodbClient, sqsClient, ssmClient } from '../../aws/clients.ts'
import { parameterStoreSecrets, type SecretReader } from '../../aws/secrets.ts'
import {
  type OfflineSettings,
  readGivenVariables,
  readSettings,
  type Variables,
} from '../../offline/environment.ts'
import { readStackFile, type StackInfo } from '../../offline/stack-file.ts'
import { BadInput } from '../terminal/program.ts'
import { findQueues, linksTableOf, type QueueUrls, secretsPath } from './stage-resources.ts'

/** The project's own folder, from wherever a command is called. */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))

export type StageOptions = { readonly stage?: string; readonly region?: string }

/** Where a command acts: a table, its queues, and clients for both. */
export type Stage = {
  readonly name: string
  readonly linksTable: string
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  /** What the functions of a local stack were given; of a deployed one, what the caller has in the environment. */
  readonly variables: Variables
  /** The variables, and what calls the APIs: of a deployed stage from its Parameter Store, unless the caller has it. */
  readApiVariables(): Promise<Variables>
  findQueues(): Promise<QueueUrls>
}

/** The stage that serverless.yml names its resources by when it is told none, as `npm start` does. */
const offlineStage = 'dev'

/** The deployed stage of that name, else the local stack. Throws BadInput when there is none. */
export function openStage({ stage, region }: StageOptions): Stage {
  return stage === undefined ? openLocal() : openDeployed(stage, region)
}

/** The stack that `npm start` runs on PORT, and what the environment and `.env` say. */
export function findLocalStack(): {
  readonly stack: StackInfo | null
  readonly given: Variables
  readonly settings: OfflineSettings
} {
  const given = readGivenVariables(projectRoot)
  const settings = readLocalSettings(given)
  return { stack: readStackFile(settings.port, projectRoot), given, settings }
}

function readLocalSettings(given: Variables): OfflineSettings {
  try {
    return readSettings(given)
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error))
  }
}

function openLocal(): Stage {
  const { stack, given, settings } = findLocalStack()
  if (stack) {
    const { region, dynamodbUrl, sqsUrl, linksTable } = stack
    return {
      name: 'local',
      linksTable,
      ...localClients({ region, dynamodbEndpoint: dynamodbUrl, sqsEndpoint: sqsUrl }, stack.environment),
      variables: stack.environment,
      readApiVariables: async () => stack.environment,
      findQueues: async () => ({
        changes: stack.changesQueueUrl,
        deadLetters: stack.deadLettersQueueUrl,
        manualDeadLetters: stack.manualDeadLettersQueueUrl,
      }),
    }
  }
  const { dynamodbUrl, sqsUrl, port } = settings
  if (!dynamodbUrl || !sqsUrl) throw new BadInput(`${noLocalStack(port)}, or give --stage`)
  const region = given['AWS_REGION'] ?? 'us-east-1'
  const clients = localClients(
    { region, dynamodbEndpoint: dynamodbUrl, sqsEndpoint: sqsUrl },
    settings.variables,
  )
  return {
    name: 'local',
    linksTable: linksTableOf(offlineStage),
    ...clients,
    variables: settings.variables,
    readApiVariables: async () => settings.variables,
    findQueues: () => findQueues(clients.sqs, offlineStage, sqsUrl),
  }
}

export function noLocalStack(port: number): string {
  return `no local stack is running on port ${port}: start one with npm start`
}

function openDeployed(stage: string, asked: string | undefined): Stage {
  const region = regionOf(asked)
  const settings = {
    region,
    dynamodbEndpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
    sqsEndpoint: process.env['AWS_ENDPOINT_URL_SQS'],
  }
  const sqs = sqsClient(settings)
  return {
    name: stage,
    linksTable: linksTableOf(stage),
    dynamodb: dynamodbClient(settings),
    sqs,
    variables: definedOnly(process.env),
    readApiVariables: async () => {
      const secrets = await stageSecrets(stage, 'api', settings).read()
      return { ...definedOnly(secrets), ...definedOnly(process.env) }
    },
    findQueues: () => findQueues(sqs, stage, region),
  }
}

/** Where a deployed stage is looked for, as serverless.yml says. */
export function regionOf(asked: string | undefined): string {
  return asked ?? (process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || 'us-east-1')
}

/** The secrets of one function of a deployed stage. */
export function stageSecrets(stage: string, scope: SecretScope, settings: AwsSettings): SecretReader<string> {
  const path = secretsPath(stage, scope)
  return parameterStoreSecrets<string>(path, secretScopes[scope], ssmClient(settings), {
    now: () => new Date(),
  })
}

/** Embedded services take any credentials; the caller's own must not be needed for them. */
function localClients(settings: AwsSettings, variables: Variables) {
  const credentials = {
    accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? 'offline',
    secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? 'offline',
  }
  return {
    dynamodb: dynamodbClient({ ...settings, credentials }),
    sqs: sqsClient({ ...settings, credentials }),
  }
}

function definedOnly(environment: Readonly<Record<string, string | undefined>>): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}
