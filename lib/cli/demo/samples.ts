import { basename, extname } from 'node:path'
import { readConfig } from '../../config.ts'
import type { RecordRef, SourceName } from '../../core/model/change.ts'
import type { CrmSource } from '../../core/ports/crm-source.ts'
import type { StackInfo } from '../../offline/stack-file.ts'
import { CommandFailed } from '../../operator/errors.ts'
import { localDoor } from '../../operator/samples/find-door.ts'
import { loadRecords } from '../../operator/samples/load-records.ts'
import { isAccepted, postSample } from '../../operator/samples/post-samples.ts'
import type { Sample } from '../../operator/samples/samples.ts'
import { signSample } from '../../operator/samples/sign-sample.ts'
import { webhookPath } from '../../sources/build-source.ts'
import { parseJson } from '../../support/json.ts'
import { buildReceiveDeps } from '../../wiring/receive.ts'
import type { Before, EventOutcome } from './outcomes.ts'
import { outcomesOf } from './outcomes.ts'
import type { DemoWorld } from './world.ts'

export type SentSample = {
  readonly event: string
  readonly accepted: boolean
  readonly outcomes: readonly EventOutcome[]
}

/** Sends the samples one after the other, each once the CRM holds its record and what came before is done with. */
export async function sendInTurn(
  samples: readonly Sample[],
  info: StackInfo,
  world: DemoWorld,
  onSent: () => void,
): Promise<readonly SentSample[]> {
  const door = localDoor(info)
  const refsOf = recordReader(info)
  const sent: SentSample[] = []
  let before = await look(world)
  for (const sample of samples) {
    await loadRecords([sample], info)
    const posted = await postSample(sample, door)
    await world.untilIdle()
    const after = await look(world)
    const outcomes = outcomesOf(await refsOf(sample), before, after)
    sent.push({ event: eventOf(sample), accepted: isAccepted(posted), outcomes })
    before = after
    onSent()
  }
  return sent
}

/** `hubspot/contact.creation`. */
function eventOf({ file, source }: Pick<Sample, 'file' | 'source'>): string {
  return `${source}/${basename(file, extname(file))}`
}

async function look({ links, countDeadLetters }: DemoWorld): Promise<Before> {
  return { links: await Array.fromAsync(links.listLinks()), deadLetters: await countDeadLetters() }
}

/** Which records an event names, as the HTTP door reads it. */
function recordReader(info: StackInfo): (sample: Sample) => Promise<readonly RecordRef[]> {
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const { source } = buildReceiveDeps(readConfig({ ...info.environment }), {
    log: silent,
    metrics: { count() {}, measure() {} },
  })
  const adapters = new Map<SourceName, CrmSource | null>()
  return async (sample) => {
    const adapter = adapters.get(sample.source) ?? (await source(sample.source))
    if (!adapter)
      throw new CommandFailed(`sync.config.ts has ${sample.source} switched off: its samples go nowhere`)
    adapters.set(sample.source, adapter)
    if (sample.eventFunction !== null) return adapter.readEvent?.(parseJson(sample.body)).changes ?? []
    const { changes = [] } =
      (await adapter.door?.readChanges({
        method: 'POST',
        path: webhookPath(sample.source),
        ...signSample(sample, localDoor(info)),
        receivedAt: new Date(),
      })) ?? {}
    return changes
  }
}
