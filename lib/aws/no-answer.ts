import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { SSMClient } from '@aws-sdk/client-ssm'

type AwsClient = DynamoDBClient | SQSClient | SSMClient

/**
 * An error message such as `the queue at 127.0.0.1:9324 did not answer (ECONNREFUSED)`. It contains the endpoint's host
 * and port only, because an endpoint URL may contain credentials.
 */
export async function noAnswer(what: string, client: AwsClient, cause: unknown): Promise<string> {
  return noAnswerFrom(await named(what, client), cause)
}

/** The same where the place is known. */
export function noAnswerFrom(place: string, cause: unknown): string {
  return `${place} did not answer (${reasonOf(cause)})`
}

/** The service and its host, such as `the queue at 127.0.0.1:9324`. */
export async function named(what: string, client: AwsClient): Promise<string> {
  const host = await hostOf(client)
  return host === null ? what : `${what} at ${host}`
}

/** Null without a region, as there is no endpoint then. */
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

/** Node.js network errors are told apart by `code`, AWS errors and timeouts by `name`. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error'
  const isNamed = cause.name !== 'Error' && cause.name !== 'AggregateError'
  return isNamed || !('code' in cause) ? cause.name : String(cause.code)
}
