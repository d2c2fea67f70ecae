import { type SecretScope, secretScopes } from '../../adapters.ts'
import { type AwsSettings, dynamodbClient, sqsClient } from '../../aws/clients.ts'
import { parameterStore } from '../../aws/parameter-store.ts'
import { parameterStoreSecrets, type SecretReader } from '../../aws/secrets.ts'
import type { Variables } from '../../offline/environment.ts'
import { BadInput } from '../errors.ts'
import type { Stage } from './stage.ts'
import { findQueues, linksTableOf, logGroupsOf, type QueueUrls, secretsPath } from './stage-resources.ts'

/**
 * A stage that is reached with the AWS credentials of the caller. Throws BadInput when there is none of that name, and without
 * credentials that AWS accepts. Credentials that may not see the queues are enough for what needs no queue.
 */
export async function openDeployedStage(name: string, asked: string | undefined): Promise<Stage> {
  const stage = deployedStage(name, asked)
  await stage.findQueues().catch((error: unknown) => {
    if (error instanceof BadInput) throw error
  })
  return stage
}

function deployedStage(stage: string, asked: string | undefined): Stage {
  const region = regionOf(asked)
  const settings = {
    region,
    dynamodbEndpoint: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
    sqsEndpoint: process.env['AWS_ENDPOINT_URL_SQS'],
    ssmEndpoint: process.env['AWS_ENDPOINT_URL_SSM'],
  }
  const sqs = sqsClient(settings)
  let queues: Promise<QueueUrls> | undefined
  return {
    name: stage,
    linksTable: linksTableOf(stage),
    dynamodb: dynamodbClient(settings),
    sqs,
    logs: { groups: logGroupsOf(stage), region },
    variables: definedOnly(process.env),
    readApiVariables: async () => {
      const secrets = await stageSecrets(stage, 'api', settings).read()
      return { ...definedOnly(secrets), ...definedOnly(process.env) }
    },
    findQueues: () => {
      queues ??= findQueues(sqs, stage, region).catch((error: unknown) => {
        queues = undefined
        throw error
      })
      return queues
    },
  }
}

/** The region of a deployed stage, chosen as serverless.yml chooses it. */
export function regionOf(asked: string | undefined): string {
  return asked ?? (process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || 'us-east-1')
}

/** The secrets of one function of a deployed stage. */
export function stageSecrets(stage: string, scope: SecretScope, settings: AwsSettings): SecretReader<string> {
  const path = secretsPath(stage, scope)
  return parameterStoreSecrets<string>(path, secretScopes[scope], parameterStore(settings), {
    now: () => new Date(),
  })
}

function definedOnly(environment: Readonly<Record<string, string | undefined>>): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}
