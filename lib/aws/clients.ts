import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { BoundedHandler } from './bounded-handler.ts'
import { Sha256 } from './sha256.ts'

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

/** In milliseconds. */
export const defaultTimeoutMs = 4000
/** The queue handles retries. The SDK repeats a call only once, for a lost connection. */
export const maxAttempts = 2

export function dynamodbClient({ dynamodbEndpoint, ...settings }: AwsSettings): DynamoDBClient {
  const client = new DynamoDBClient({
    ...common(settings),
    accountIdEndpointMode: 'disabled',
    ...(dynamodbEndpoint && { endpoint: dynamodbEndpoint }),
  })
  return slim(client)
}

export function sqsClient({ sqsEndpoint, ...settings }: AwsSettings): SQSClient {
  const client = new SQSClient({
    ...common(settings),
    // SQS may answer a repeated deduplication id with the digest of the first body.
    md5: false,
    // The URL of an embedded queue may not resolve; its endpoint does.
    ...(sqsEndpoint && { endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false }),
  })
  return slim(client)
}

/** What is given here, the SDK neither looks for in files nor computes for each call. */
function common({ region, requestTimeoutMs = defaultTimeoutMs, credentials }: AwsSettings) {
  return {
    region,
    maxAttempts,
    retryMode: 'standard',
    defaultsMode: 'standard',
    cacheMiddleware: true,
    sha256: Sha256,
    requestHandler: new BoundedHandler(requestTimeoutMs),
    ...(credentials && { credentials }),
  } as const
}

/** A client that is built when it is first used: building one is a twentieth of a cold start. */
export function lazyClient<Client extends object>(build: () => Client): Client {
  let client: Client | undefined
  return new Proxy({} as Client, {
    get(_, name) {
      client ??= build()
      const member: unknown = Reflect.get(client, name)
      return typeof member === 'function' ? member.bind(client) : member
    },
  })
}

const unused = ['loggerMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware']

/** Takes out the steps of each call that the service does not need. They cost an eighth of a call's CPU time. */
function slim<Client extends { readonly middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
): Client {
  for (const name of unused) client.middlewareStack.remove(name)
  return client
}
