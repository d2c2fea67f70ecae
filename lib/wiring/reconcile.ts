import { randomUUID } from 'node:crypto'
import { secretNames } from '../adapters.ts'
import { dynamodbClient, sqsClient } from '../aws/clients.ts'
import { countMessages } from '../aws/count-messages.ts'
import { readLinkPage } from '../aws/link-pages.ts'
import { sqsListedQueue } from '../aws/listed-queue.ts'
import { dynamodbTokens } from '../aws/tokens.ts'
import { dynamodbWalks } from '../aws/walks.ts'
import type { Config } from '../config.ts'
import { recordKey } from '../core/model/change.ts'
import type { Log, Metrics } from '../core/ports/observers.ts'
import type { LinkedRecords } from '../core/reconciling/find-deleted.ts'
import type { ReconcileDeps } from '../core/reconciling/reconcile.ts'
import { sources } from '../sources/registry.ts'
import { enabledSourcesOf, isSwitchedOn } from './adapters.ts'
import { awsSettings, sealerOf, secretReader } from './aws.ts'
import { clock } from './clock.ts'

/** Records that are compared with the CRM at once. */
const comparedAtOnce = 100
/** A scan that finds few links ends after this, and the comparison is continued where it stopped. */
const scanBudgetMs = 5_000

/** Dependencies of `reconcile`. Builds clients without calling them. Throws when the queue of listed records is not configured. */
export function buildReconcileDeps(
  config: Config,
  observers: { readonly log: Log; readonly metrics: Metrics },
): ReconcileDeps {
  const { LISTED_QUEUE_URL: queueUrl, LINKS_TABLE: table } = config
  if (queueUrl === undefined)
    throw new Error('environment variable LISTED_QUEUE_URL: expected the URL of a queue')
  const secrets = secretReader(config, 'api', secretNames('api', isSwitchedOn), awsSettings(config))
  const dynamodb = dynamodbClient(awsSettings(config))
  const sqs = sqsClient(awsSettings(config))
  return {
    sources: async () => connectedSources(await secrets.read()),
    source: enabledSourcesOf(config, secrets, dynamodbTokens(dynamodb, table, sealerOf(secrets))),
    store: dynamodbWalks(dynamodb, table),
    queue: sqsListedQueue(sqs, queueUrl),
    countWaiting: async () => (await countMessages(sqs, queueUrl)).visible,
    async linkedRecords(source, cursor): Promise<LinkedRecords> {
      const filter = { source, state: 'linked' }
      const page = await readLinkPage(dynamodb, table, {
        filter,
        cursor,
        size: comparedAtOnce,
        budgetMs: scanBudgetMs,
      })
      const refs = new Map(page.links.map(({ ref }) => [recordKey(ref), ref]))
      return { refs: [...refs.values()], cursor: page.cursor }
    },
    clock,
    newId: () => randomUUID(),
    ...observers,
  }
}

/** The sources that are switched on and have a secret for their API. */
function connectedSources(secrets: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.values(sources)
    .filter(({ name, apiSecrets }) => isSwitchedOn(name) && apiSecrets.some((secret) => secrets[secret]))
    .map(({ name }) => name)
}
