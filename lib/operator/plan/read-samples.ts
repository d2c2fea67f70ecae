import type { CustomerChange } from '../../core/model/change.ts'
import { WebhookRejected } from '../../core/model/errors.ts'
import type { CrmSource, ReadChanges } from '../../core/ports/crm-source.ts'
import { toMessages } from '../../core/receiving/to-messages.ts'
import { webhookPath } from '../../sources/build-source.ts'
import { parseJson } from '../../support/json.ts'
import { BadInput } from '../errors.ts'
import type { Sample } from '../samples/samples.ts'
import { receivedLongAgo } from './engine/plan-changes.ts'
import type { PlanDeps } from './engine/recording-deps.ts'

const ignore = () => {}
const noLog = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * The messages that the door would queue for this sample; none where nothing in it is followed. Throws BadInput for a body that
 * is not its CRM's format.
 */
export async function changesOf(
  sample: Sample,
  { source: sourceOf, sealer, clock }: PlanDeps,
): Promise<readonly CustomerChange[]> {
  const source = await sourceOf(sample.source)
  const { changes } = await inFormat(sample, () => readSample(sample, source, clock.now()))
  const messages = await toMessages(changes, source, clock.now(), { sealer, log: noLog })
  return messages.map((message) => receivedLongAgo(message, clock))
}

async function readSample(sample: Sample, source: CrmSource, receivedAt: Date): Promise<ReadChanges> {
  const { file, source: name, eventFunction, body, mediaType, headers } = sample
  if (eventFunction !== null && source.readEvent) return source.readEvent(parseJson(body))
  if (!source.door) throw new BadInput(`${file}: ${name} has no webhooks`)
  return source.door.readChanges({
    method: 'POST',
    path: webhookPath(name),
    query: '',
    headers: { 'content-type': mediaType, ...headers },
    body,
    receivedAt,
  })
}

async function inFormat({ file }: Sample, read: () => Promise<ReadChanges>): Promise<ReadChanges> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof WebhookRejected) throw new BadInput(`${file}: ${error.message} (${error.code})`)
    throw error
  }
}
