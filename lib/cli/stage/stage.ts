import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Variables } from '../../offline/environment.ts'
import type { QueueUrls } from './stage-resources.ts'

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
