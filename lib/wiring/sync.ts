import type { SQSClient } from '@aws-sdk/client-sqs'
import { secretNames } from '../adapters.ts'
import { dynamodbBreakers } from '../aws/breakers.ts'
import { type MessageWait, postponeMessages, sqsChangeQueue } from '../aws/change-queue.ts'
import { dynamodbClient, lazyClient, sqsClient } from '../aws/clients.ts'
import { dynamodbLinks } from '../aws/customer-links.ts'
import { sqsDeadLetterQueue } from '../aws/dead-letter-queue.ts'
import { dynamodbTokens } from '../aws/tokens.ts'
import type { Config } from '../config.ts'
import { type BreakerSettings, providerBreaker } from '../core/failures/breaker.ts'
import type { Log, Metrics } from '../core/ports/observers.ts'
import type { SyncDeps } from '../core/ports/sync-deps.ts'
import { limiter } from '../support/limiter.ts'
import { enabledSourcesOf, isSwitchedOn, providersOf } from './adapters.ts'
import { awsSettings, sealerOf, secretReader } from './aws.ts'
import { clock } from './clock.ts'
import { operatorSettings } from './operator-settings.ts'

/** The queues are only called where something fails or is queued again. */
export function buildQueueClient(config: Config): SQSClient {
  return lazyClient(() => sqsClient(awsSettings(config)))
}

/** Dependencies of `syncCustomer`. Builds clients without calling them. */
export function buildSyncDeps(
  config: Config,
  observers: { readonly log: Log; readonly metrics: Metrics },
  sqs = buildQueueClient(config),
): SyncDeps {
  const secrets = secretReader(config, 'api', secretNames('api', isSwitchedOn), awsSettings(config))
  const dynamodb = dynamodbClient(awsSettings(config))
  const sealer = sealerOf(secrets)
  return {
    source: enabledSourcesOf(config, secrets, dynamodbTokens(dynamodb, config.LINKS_TABLE, sealer)),
    provider: providersOf(config, secrets),
    sealer,
    links: dynamodbLinks(dynamodb, config.LINKS_TABLE),
    breaker: providerBreaker({
      store: dynamodbBreakers(dynamodb, config.LINKS_TABLE),
      settings: breakerSettings(config),
      clock,
      random: Math.random,
      ...observers,
    }),
    queue: sqsChangeQueue(sqs, config.CHANGES_QUEUE_URL),
    ...(config.LISTED_QUEUE_URL !== undefined && {
      listedQueue: sqsChangeQueue(sqs, config.LISTED_QUEUE_URL),
    }),
    deadLetters: sqsDeadLetterQueue(sqs, {
      deadLetters: config.DEAD_LETTERS_QUEUE_URL,
      manualDeadLetters: config.MANUAL_DEAD_LETTERS_QUEUE_URL,
    }),
    ...operatorSettings,
    retry: {
      baseSeconds: config.RETRY_BASE_SECONDS,
      maxSeconds: config.RETRY_MAX_SECONDS,
      attempts: config.RETRY_ATTEMPTS,
    },
    claimLeaseSeconds: config.CLAIM_LEASE_SECONDS,
    clock,
    // No limit until syncBatch sets one.
    remainingMillis: () => Number.POSITIVE_INFINITY,
    sleep,
    limiter,
    random: Math.random,
    ...observers,
  }
}

/** Sets the visibility timeout of messages that will be retried, in the queue with this ARN. */
export function buildPostpone(config: Config, log: Log, sqs: SQSClient) {
  const { CHANGES_QUEUE_URL: changes, LISTED_QUEUE_URL: listed } = config
  const nameOf = (queue: string, separator: string) => queue.slice(queue.lastIndexOf(separator) + 1)
  return (queueArn: string | undefined, waits: readonly MessageWait[]) => {
    const isListed = listed !== undefined && queueArn && nameOf(queueArn, ':') === nameOf(listed, '/')
    return postponeMessages(sqs, isListed ? listed : changes, waits, log)
  }
}

/** A provider is paused as long as a change would wait: initially the shortest retry delay, at most five minutes. */
function breakerSettings({ RETRY_BASE_SECONDS, RETRY_MAX_SECONDS }: Config): BreakerSettings {
  return {
    failureShare: 0.5,
    minimumCalls: 10,
    windowSeconds: 60,
    openSeconds: RETRY_BASE_SECONDS,
    longestOpenSeconds: Math.min(RETRY_MAX_SECONDS, 300),
    probeSeconds: 30,
  }
}

/** Unreferenced, so that a wait alone does not keep the process alive. */
const sleep = (millis: number) => new Promise<void>((resolve) => void setTimeout(resolve, millis).unref())
