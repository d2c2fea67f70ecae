import { sqsChangeQueue } from '../aws/change-queue.ts'
import { sqsClient } from '../aws/clients.ts'
import type { Config } from '../config.ts'
import type { Log, Metrics } from '../core/ports/observers.ts'
import type { ReceiveEventDeps } from '../core/receiving/receive-event.ts'
import { sourcesOf } from './adapters.ts'
import { awsSettings, sealerOf, secretReader } from './aws.ts'

/**
 * Dependencies of a function that EventBridge invokes. `secretNames` are the webhook secrets that it may read. They do not
 * include the sealing keys, so events that hold whole records lose them, and the records are read from the CRM. Builds clients
 * without calling them.
 */
export function buildReceiveEventDeps(
  config: Config,
  secretNames: readonly string[],
  observers: { readonly log: Log; readonly metrics: Metrics },
): ReceiveEventDeps {
  const aws = awsSettings(config)
  const secrets = secretReader(config, 'webhook', secretNames, aws)
  return {
    source: sourcesOf(config, secrets),
    queue: sqsChangeQueue(sqsClient(aws), config.CHANGES_QUEUE_URL),
    sealer: sealerOf(secrets),
    ...observers,
  }
}
