import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'

type AwsClient = DynamoDBClient | SQSClient

/**
 * What could not be reached and why, as in `the queue at 127.0.0.1:9324 did not answer (ECONNREFUSED)`. Only host and
 * port are named: an endpoint may carry credentials.
 */
export async function noAnswer(what: string, client: AwsClient, cause: unknown): Promise<string> {
  const host = await hostOf(client)
  return `${what}${host === null ? '' : ` at ${host}`} did not answer (${reasonOf(cause)})`
}

/** Null when the client does not know: without a region there is no endpoint. */
async function hostOf({ config }: AwsClient): Promise<string | null> {
  if (config.endpoint) {
    const { hostname, port } = await config.endpoint()
    return port === undefined ? hostname : `${hostname}:${port}`
  }
  try {
    return config.endpointProvider({ Region: await config.region() }).url.host
  } catch {
    return null
  }
}

/** Network errors of Node.js have a code; errors of AWS and time-outs have a name. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error'
  const isNamed = cause.name !== 'Error' && cause.name !== 'AggregateError'
  return isNamed || !('code' in cause) ? cause.name : String(cause.code)
}
