import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Misconfigured, Rejected, RetryLater, type SyncError } from '../core/model/errors.ts'
import { named, noAnswer } from './no-answer.ts'

const table = 'the table of links'

/**
 * What an error of the table means. What DynamoDB refuses for its content it will always refuse: Rejected. A table that is
 * not there or not allowed is for the operator: Misconfigured. Anything else is trouble that passes, and no customer's
 * fault: RetryLater. DynamoDB's own messages are never repeated, as they may quote what was sent.
 */
export async function tableFailure(client: DynamoDBClient, cause: unknown): Promise<SyncError> {
  const name = cause instanceof Error ? cause.name : ''
  const isIndexMissing = cause instanceof Error && /the specified index|backfilling/i.test(cause.message)
  if (name === 'ResourceNotFoundException' || isIndexMissing) {
    const place = await named(table, client)
    return new Misconfigured(
      'TABLE_NOT_THERE',
      `${place}, or its index, is not there: check LINKS_TABLE and the region`,
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
      'what is kept of this record in the table of links would be larger than the 400 KB that DynamoDB allows: it was merged with too many others',
      { cause },
    )
  }
  return new Rejected(
    'TABLE_REFUSED',
    'the table of links refuses this record, such as an id that is too long',
    { cause },
  )
}
