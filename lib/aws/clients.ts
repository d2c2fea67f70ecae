import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'
import { BoundedHandler } from './bounded-handler.ts'

export type AwsSettings = {
  readonly region: string
  readonly dynamodbEndpoint?: string | undefined
  readonly sqsEndpoint?: string | undefined
  readonly ssmEndpoint?: string | undefined
  /** Timeout per attempt in milliseconds; a slower service counts as unavailable. Default: 4,000. */
  readonly requestTimeoutMs?: number | undefined
  /** Default: the credentials in the environment. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
}

/** The queue handles retries. The SDK repeats a call only once, for a lost connection. */
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
    // SQS may answer a repeated deduplication id with the digest of the first body.
    md5: false,
    // The URL of an embedded queue may not resolve; its endpoint does.
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
