import { basename, extname } from 'node:path'
import { readConfig } from '../../config.ts'
import { type DeadLetters, sweep } from '../../core/dead-letters/dead-letter.ts'
import { type RecordRef, recordKey, type SourceName } from '../../core/model/change.ts'
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

/**
 * Sends the samples in rounds: the first of each CRM, then the second of each, and so on. Each is sent once the CRM holds its record
 * and the round before is done with, so that the CRMs share the waiting, and a CRM's samples are in order.
 */
export async function sendInRounds(
  samples: readonly Sample[],
  info: StackInfo,
  world: DemoWorld,
  onSent: (count: number) => void,
): Promise<readonly SentSample[]> {
  const door = localDoor(info)
  const refsOf = recordReader(info)
  const sent = new Map<Sample, SentSample>()
  let before = await look(world, null)
  for (const round of roundsOf(samples)) {
    await loadRecords(round, info)
    const posted = await Promise.all(round.map((sample) => postSample(sample, door)))
    await world.untilIdle()
    const after = await look(world, before)
    for (const [index, sample] of round.entries()) {
      const outcomes = outcomesOf(sample.source, await refsOf(sample), before, after)
      const answer = posted[index]
      sent.set(sample, { event: eventOf(sample), accepted: answer ? isAccepted(answer) : false, outcomes })
    }
    before = after
    onSent(round.length)
  }
  return samples.flatMap((sample) => sent.get(sample) ?? [])
}

function roundsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const lanes = [...Map.groupBy(samples, ({ source }) => source).values()]
  const longest = Math.max(0, ...lanes.map((lane) => lane.length))
  return Array.from({ length: longest }, (_, index) => lanes.flatMap((lane) => lane[index] ?? []))
}

/** `hubspot/contact.creation`. */
function eventOf({ file, source }: Pick<Sample, 'file' | 'source'>): string {
  return `${source}/${basename(file, extname(file))}`
}

/** Dead letters are received only when there are more than `before`. */
async function look(
  { links, deadLetters, countDeadLetters }: DemoWorld,
  before: Before | null,
): Promise<Before> {
  const known = before?.parked ?? new Map<string, number>()
  const isSame = (await countDeadLetters()) === [...known.values()].reduce((sum, count) => sum + count, 0)
  return {
    links: await Array.fromAsync(links.listLinks()),
    parked: isSame ? known : await countByRecord(deadLetters),
  }
}

async function countByRecord(deadLetters: DeadLetters): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  await sweep(deadLetters, async (letters) => {
    for (const { change } of letters) {
      if (change) counts.set(recordKey(change), (counts.get(recordKey(change)) ?? 0) + 1)
    }
    return letters.map(() => 'keep')
  })
  return counts
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
