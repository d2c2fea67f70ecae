import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import { logicalIdOf } from './intrinsics.ts'
import type { CloudFormationResource, FunctionDefinition, ServerlessService } from './serverless.ts'

export type DeclaredTable = {
  readonly logicalId: string
  readonly input: CreateTableCommandInput
}

export type DeclaredQueue = {
  readonly logicalId: string
  readonly name: string
  /** As SQS takes them: every value a string. */
  readonly attributes: Readonly<Record<string, string>>
  readonly redrive: {
    readonly to: string
    readonly maxReceiveCount: number
  } | null
}

/** A queue that feeds a function, as `events: - sqs:` says. */
export type DeclaredEventSource = {
  readonly functionName: string
  readonly queue: string
  readonly batchSize: number
  readonly maximumConcurrency: number
  readonly reportsBatchItemFailures: boolean
  readonly timeoutSeconds: number
}

export type DeclaredResources = {
  readonly tables: readonly DeclaredTable[]
  readonly queues: readonly DeclaredQueue[]
  readonly eventSources: readonly DeclaredEventSource[]
}

/** What an offline stack needs of `serverless.yml`: its tables, queues, and which function eats which queue. */
export function readResources(service: ServerlessService): DeclaredResources {
  const resources = Object.entries(service.resources?.Resources ?? {})
  const ofType = (type: string) => resources.filter(([, resource]) => resource.Type === type)
  return {
    tables: ofType('AWS::DynamoDB::Table').map(([id, resource]) => readTable(id, resource)),
    queues: ofType('AWS::SQS::Queue').map(([id, resource]) => readQueue(id, resource)),
    eventSources: Object.values(service.functions).flatMap((definition) =>
      readEventSources(definition, service.provider.timeout ?? lambdaDefaultTimeoutSeconds),
    ),
  }
}

/** The framework's default, not Lambda's own 3 s. */
export const lambdaDefaultTimeoutSeconds = 6
/** What Lambda's poller starts with where no maximum is declared. */
const defaultConcurrency = 5

/** The table's shape; backups, encryption and protection mean nothing on this machine. */
const tableProperties = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
] as const

function readTable(logicalId: string, { Properties = {} }: CloudFormationResource): DeclaredTable {
  const entries = tableProperties.flatMap((name) => (name in Properties ? [[name, Properties[name]]] : []))
  return {
    logicalId,
    input: Object.fromEntries(entries) as CreateTableCommandInput,
  }
}

function readQueue(logicalId: string, { Properties = {} }: CloudFormationResource): DeclaredQueue {
  const { QueueName: name, RedrivePolicy: redrive, Tags: _tags, ...attributes } = Properties
  if (typeof name !== 'string') throw new Error(`serverless.yml: ${logicalId} needs a QueueName`)
  return {
    logicalId,
    name,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    redrive: readRedrive(logicalId, redrive),
  }
}

function readRedrive(logicalId: string, policy: unknown): DeclaredQueue['redrive'] {
  if (policy === undefined) return null
  const { deadLetterTargetArn, maxReceiveCount } = policy as Readonly<Record<string, unknown>>
  const to = logicalIdOf(deadLetterTargetArn)
  if (!to)
    throw new Error(`serverless.yml: the redrive policy of ${logicalId} must point to a queue of this file`)
  return { to, maxReceiveCount: Number(maxReceiveCount) }
}

function readEventSources(definition: FunctionDefinition, defaultTimeout: number): DeclaredEventSource[] {
  return (definition.events ?? []).flatMap(({ sqs }) => {
    if (sqs === undefined) return []
    const { arn, batchSize, maximumConcurrency, functionResponseType, enabled } = sqs as Readonly<
      Record<string, unknown>
    >
    if (enabled === false) return []
    const queue = logicalIdOf(arn)
    if (!queue) throw new Error(`serverless.yml: the queue of ${definition.name} must be one of this file`)
    return [
      {
        functionName: definition.name,
        queue,
        batchSize: Number(batchSize ?? 10),
        maximumConcurrency: Number(maximumConcurrency ?? defaultConcurrency),
        reportsBatchItemFailures: functionResponseType === 'ReportBatchItemFailures',
        timeoutSeconds: definition.timeout ?? defaultTimeout,
      },
    ]
  })
}
