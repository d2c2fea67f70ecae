import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'
import { BoundedHandler } from './bounded-handler.ts'

export type AwsSettings = {
  readonly region: string
  readonly dynamodbEndpoint?: string | undefined
  readonly sqsEndpoint?: string | undefined
  readonly ssmEndpoint?: string | undefined
  /** Milliseconds for one try of a call; a service that takes longer counts as down. 4,000 where left out. */
  readonly requestTimeoutMs?: number | undefined
  /** The environment's where left out. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
}

/** The queue is the retrier: a call is repeated once, for a lost connection. */
const maxAttempts = 2

export function dynamodbClient({ dynamodbEndpoint, ...settings }: AwsSettings): DynamoDBClient {
  return new DynamoDBClient({
    ...common(settings),
    ...(dynamodbEndpoint && { endpoint: dynamodbEndpoint }),
  })
}

export function sqsClient({ sqsEndpoint, ...settings }: AwsSettings): SQSClient {
  return new SQSClient({
    ...common(settings),
    // A second send under the same deduplication id may be answered with the digest of the first body.
    md5: false,
    // An embedded queue's URL need not resolve; its endpoint does.
    ...(sqsEndpoint && { endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false }),
  })
}

export function ssmClient({ ssmEndpoint, ...settings }: AwsSettings): SSMClient {
  return new SSMClient({ ...common(settings), ...(ssmEndpoint && { endpoint: ssmEndpoint }) })
}

function common({ region, requestTimeoutMs = 4000, credentials }: AwsSettings) {
  return {
    region,
    maxAttempts,
    requestHandler: new BoundedHandler(requestTimeoutMs),
    ...(credentials && { credentials }),
  }
}
