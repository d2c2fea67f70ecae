import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'

export type AwsSettings = {
  readonly region: string
  readonly dynamodbEndpoint?: string | undefined
  readonly sqsEndpoint?: string | undefined
}

/** The queue is the retrier: a call gets one more try for a lost connection, no more. */
const maxAttempts = 2
/** Milliseconds; a table or queue that is slower than this is treated as down. */
const requestHandler = { connectionTimeout: 1000, requestTimeout: 4000 }

export function dynamodbClient({ region, dynamodbEndpoint }: AwsSettings): DynamoDBClient {
  return new DynamoDBClient({
    region,
    maxAttempts,
    requestHandler,
    ...(dynamodbEndpoint && { endpoint: dynamodbEndpoint }),
  })
}

export function sqsClient({ region, sqsEndpoint }: AwsSettings): SQSClient {
  return new SQSClient({
    region,
    maxAttempts,
    requestHandler,
    md5: false, // a duplicate with another body may be answered with the MD5 of the first
    // An embedded queue's URL need not resolve; its endpoint does.
    ...(sqsEndpoint && { endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false }),
  })
}

export function ssmClient({ region }: AwsSettings): SSMClient {
  return new SSMClient({ region, maxAttempts, requestHandler })
}
