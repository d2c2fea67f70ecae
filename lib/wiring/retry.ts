import { sqsChangeQueue } from '../aws/change-queue.ts'
import { dynamodbClient, sqsClient } from '../aws/clients.ts'
import { dynamodbLinks } from '../aws/customer-links.ts'
import { sqsManualDeadLetters } from '../aws/dead-letter-queue.ts'
import { sqsDeadLetters } from '../aws/dead-letters.ts'
import type { Config } from '../config.ts'
import type { RetryDeps } from '../core/dead-letters/retry-dead-letters.ts'
import type { Log } from '../core/ports/observers.ts'
import { awsSettings } from './aws.ts'
import { clock } from './clock.ts'

/** Dependencies of `retryDeadLetters`, which needs no secrets. Builds clients without calling them. */
export function buildRetryDeps(config: Config, log: Log): RetryDeps {
  const sqs = sqsClient(awsSettings(config))
  return {
    deadLetters: sqsDeadLetters(sqs, [config.DEAD_LETTERS_QUEUE_URL]),
    manual: sqsManualDeadLetters(sqs, config.MANUAL_DEAD_LETTERS_QUEUE_URL),
    links: dynamodbLinks(dynamodbClient(awsSettings(config)), config.LINKS_TABLE),
    queue: sqsChangeQueue(sqs, config.CHANGES_QUEUE_URL),
    clock,
    log,
  }
}
