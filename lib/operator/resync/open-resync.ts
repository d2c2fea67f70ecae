import { randomUUID } from 'node:crypto'
import { countMessages } from '../../aws/count-messages.ts'
import { sqsListedQueue } from '../../aws/listed-queue.ts'
import { dynamodbWalks } from '../../aws/walks.ts'
import type { SourceName } from '../../core/model/change.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { WalkDeps } from '../../core/reconciling/walk-changes.ts'
import { enabledSourcesOf } from '../../wiring/adapters.ts'
import { clock } from '../../wiring/clock.ts'
import { BadInput } from '../errors.ts'
import type { Stage } from '../stage/stage.ts'
import { stageTokens } from '../stage/stage-tokens.ts'

/** What a resync of a stage works with: its table, its queue of listed records, its secrets, and `sync.config.ts` as it is here. */
export type Resync = WalkDeps & {
  readonly source: (name: SourceName) => Promise<CrmSource>
  readonly countWaiting: () => Promise<number>
}

/** Throws BadInput for a stage whose release has no queue of listed records. */
export async function openResync(stage: Stage): Promise<Resync> {
  const { dynamodb, linksTable, sqs } = stage
  const { listed } = await stage.findQueues()
  if (listed === null)
    throw new BadInput(`the stage ${stage.name} has no queue of listed records: deploy this release first`)
  const variables = await stage.readApiVariables()
  const read = async () => variables
  const keys = async () => variables['SEALING_KEYS']
  const config = { environment: variables, WEBHOOK_PUBLIC_URL: 'https://resync.invalid' }
  return {
    source: enabledSourcesOf(config, { read, readAgain: read }, stageTokens(stage, keys)),
    store: dynamodbWalks(dynamodb, linksTable),
    queue: sqsListedQueue(sqs, listed),
    countWaiting: async () => (await countMessages(sqs, listed)).visible,
    clock,
    newId: () => randomUUID(),
  }
}
