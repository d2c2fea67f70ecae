import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Misconfigured, Rejected, RetryLater, type SyncError } from '../core/model/errors.ts'
import { named, noAnswer } from './no-answer.ts'

const table = 'the table of links'

/**
 * Classifies an error of the table. Rejected: DynamoDB refuses the content and always will. Misconfigured: the table
 * is missing or access is denied. RetryLater: anything else; transient, and not counted against the customer.
 * DynamoDB's own messages are never repeated, because they may quote the request.
 */
export async function tableFailure(client: DynamoDBClient, cause: unknown): Promise<SyncError> {
  const name = cause instanceof Error ? cause.name : ''
  const isIndexMissing = cause instanceof Error && /the specified index|backfilling/i.test(cause.message)
  if (name === 'ResourceNotFoundException' || isIndexMissing) {
    const place = await named(table, client)
    return new Misconfigured(
      'TABLE_NOT_THERE',
      `${place} or its index does not exist: check LINKS_TABLE and the region`,
      {
        cause,
      },
    )
  }
  if (name === 'ValidationException') return refused(cause as Error)
  if (name === 'AccessDeniedException') {
    const place = await named(table, client)
    return new Misconfigured('TABLE_DENIED', `${place} cannot be accessed: check the role of the function`, {
      cause,
    })
  }
  const message = await noAnswer(table, client, cause)
  return new RetryLater('TABLE_UNAVAILABLE', message, { cause, counts: false })
}

function refused(cause: Error): Rejected {
  if (/item size/i.test(cause.message)) {
    return new Rejected(
      'LINK_TOO_LARGE',
      'an item of this record in the table of links would exceed the 400 KB that DynamoDB allows: too many records were merged into it',
      { cause },
    )
  }
  return new Rejected(
    'TABLE_REFUSED',
    'the table of links rejects this record, for example because an id is too long',
    { cause },
  )
}
