import { sqsChangeQueue } from '../aws/change-queue.ts'
import { type AwsSettings, sqsClient } from '../aws/clients.ts'
import type { Config } from '../config.ts'
import type { Log, Metrics } from '../core/ports/observers.ts'
import type { ReceiveDeps } from '../core/receiving/receive-changes.ts'
import { sealingKeys, sourceSecrets } from '../secrets.ts'
import { sources } from '../sources/registry.ts'
import { isSwitchedOn, sourcesOf } from './adapters.ts'
import { awsSettings, sealerOf, secretReader } from './aws.ts'

/** Dependencies of `receiveWebhook`. Builds clients without calling them. */
export function buildReceiveDeps(
  config: Config,
  observers: { readonly log: Log; readonly metrics: Metrics },
): ReceiveDeps {
  const aws = receiveSettings(config)
  const secrets = secretReader(
    config,
    'webhook',
    [...sourceSecrets('webhook', isSwitchedOn), sealingKeys],
    aws,
  )
  return {
    isSource: (name) => Object.hasOwn(sources, name),
    source: sourcesOf(config, secrets),
    queue: sqsChangeQueue(sqsClient(aws), config.CHANGES_QUEUE_URL),
    sealer: sealerOf(secrets),
    ...observers,
  }
}

/** In milliseconds. `receiveWebhook` has ten seconds for two calls of up to two attempts, and CRMs do not wait longer. */
const receiveTimeoutMs = 1500

function receiveSettings(config: Config): AwsSettings {
  const settings = awsSettings(config)
  return { ...settings, requestTimeoutMs: Math.min(config.AWS_REQUEST_TIMEOUT_MS, receiveTimeoutMs) }
}
