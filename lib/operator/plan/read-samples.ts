import type { CustomerChange } from '../../core/model/change.ts'
import { WebhookRejected } from '../../core/model/errors.ts'
import type { ReadChanges } from '../../core/ports/crm-source.ts'
import { toMessages } from '../../core/receiving/to-messages.ts'
import { webhookPath } from '../../sources/build-source.ts'
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
  if (!source.door) throw new BadInput(`${sample.file}: ${sample.source} has no webhooks`)
  const { readChanges } = source.door
  const { changes } = inFormat(sample, () =>
    readChanges({
      method: 'POST',
      path: webhookPath(sample.source),
      query: '',
      headers: { 'content-type': sample.mediaType, ...sample.headers },
      body: sample.body,
      receivedAt: clock.now(),
    }),
  )
  const messages = await toMessages(changes, source, clock.now(), { sealer, log: noLog })
  return messages.map((message) => receivedLongAgo(message, clock))
}

function inFormat({ file }: Sample, read: () => ReadChanges): ReadChanges {
  try {
    return read()
  } catch (error) {
    if (error instanceof WebhookRejected) throw new BadInput(`${file}: ${error.message} (${error.code})`)
    throw error
  }
}
