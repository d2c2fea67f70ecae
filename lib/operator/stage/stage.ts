import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Variables } from '../../offline/environment.ts'
import type { QueueUrls } from './stage-resources.ts'

export type StageOptions = { readonly stage?: string; readonly region?: string }

/** A file, or the log groups of the functions in CloudWatch Logs. */
type LogPlace = { readonly file: string } | { readonly groups: readonly string[]; readonly region: string }

/** Where a command acts: a table, its queues, and clients for both. */
export type Stage = {
  readonly name: string
  readonly linksTable: string
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  /** Where its functions log; null for a local table and queues without a stack. */
  readonly logs: LogPlace | null
  /** Local stack: the environment of its functions. Deployed stage: the environment of the caller. */
  readonly variables: Variables
  /** The variables, with the secrets for calling the APIs. A deployed stage reads those not in the environment from Parameter Store. */
  readApiVariables(): Promise<Variables>
  findQueues(): Promise<QueueUrls>
}
